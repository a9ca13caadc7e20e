"""The table of galex at VizieR."""

from tests.fakes.vizier import service

SERVICE = service("galex")
