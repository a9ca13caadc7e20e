"""What the daemon says about itself."""

import os

import aiohttp
import pytest

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire_status import DeviceReply, HealthReply, StatusReply
from astrolens.domain.errors import Unavailable
from tests.api.conftest import House


async def test_replies_have_their_shapes(client: Client) -> None:
    health = await client.ask(questions.health())
    assert mistake_in(health, schema_of(HealthReply)) is None
    assert (health["pid"], health["state"]) == (os.getpid(), "running")
    assert mistake_in(await client.ask(questions.status()), schema_of(StatusReply)) is None
    assert mistake_in(await client.ask(questions.device()), schema_of(DeviceReply)) is None


async def test_ready_names_what_stands_in_the_way(house: House, client: Client) -> None:
    assert await client.ask(questions.ready()) == {"ready": True}
    house.control.reasons = ["no source is usable", "disk full"]
    with pytest.raises(Unavailable, match="no source is usable; disk full"):
        await client.ask(questions.ready())
    assert (await client.ask(questions.health()))["state"] == "running"


async def test_metrics_are_openmetrics(house: House) -> None:
    connector = aiohttp.UnixConnector(path=str(house.paths.socket))
    async with (
        aiohttp.ClientSession("http://localhost", connector=connector) as http,
        http.get("/metrics") as answer,
    ):
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        assert await answer.text() == "# EOF\n"
