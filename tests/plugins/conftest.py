"""Servers and fetchers for the plugins."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.sdss import FIRST_OBJID, galaxies
from tests.plugins.sky_server import PlainFetcher, SkyServer

__all__ = ["FIRST_OBJID"]


@pytest.fixture
async def sky_server() -> AsyncIterator[SkyServer]:
    """SDSS with 3,000 galaxies, about three in each slice."""
    async with SkyServer(galaxies()) as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[PlainFetcher]:
    """A fetcher that may speak to the local server."""
    async with aiohttp.ClientSession() as session:
        yield PlainFetcher(session)
