"""The table of twomass at VizieR."""

from tests.fakes.vizier import service

SERVICE = service("twomass")
