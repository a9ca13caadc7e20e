"""The table of panstarrs at VizieR."""

from tests.fakes.vizier import service

SERVICE = service("panstarrs")
