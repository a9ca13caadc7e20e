"""The table of sdss at VizieR."""

from tests.fakes.vizier import service

SERVICE = service("sdss")
