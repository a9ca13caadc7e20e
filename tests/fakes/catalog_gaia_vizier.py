"""The table of gaia-vizier at VizieR."""

from tests.fakes.vizier import service

SERVICE = service("gaia-vizier")
