"""Servers and fetchers for the plugins."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.plugins.sky_server import PlainFetcher, SkyServer

FIRST_OBJID = 1237648720142532800


@pytest.fixture
async def sky_server() -> AsyncIterator[SkyServer]:
    """SDSS with 3,000 galaxies, about three in each slice."""
    galaxies = [
        {
            "objid": FIRST_OBJID + 977 * number,
            "ra": (number * 7.31) % 360,
            "dec": -10 + (number % 700) / 10,
            "petroRad_r": 5.0 + number % 20,
            "modelMag_r": 16.0,
        }
        for number in range(3_000)
    ]
    async with SkyServer(galaxies) as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[PlainFetcher]:
    """A fetcher that may speak to the local server."""
    async with aiohttp.ClientSession() as session:
        yield PlainFetcher(session)
