"""The asynchronous client against a real server."""

import asyncio
from pathlib import Path

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import TcpAddress
from astrolens.api.client import Client
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.event import Event, EventKind
from astrolens.domain.review import LabelValue
from tests.api.conftest import TOKEN, House, a_house, judged


async def test_it_asks_and_tells(house: House, client: Client, tmp_path: Path) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    status = await client.ask(questions.status())
    assert status["sources"][0]["name"] == "sdss"
    label = await client.ask(orders.label(first, LabelValue.ANOMALY, reviewer="me"))
    assert label["value"] == "anomaly"
    assert await client.ask(questions.metrics()) == "# EOF\n"
    sent = tmp_path / "picture.png"
    sent.write_bytes(b"\x89PNG and more")
    assert await client.ask(orders.submit(sent)) == {"image_id": 77}
    assert house.control.sent == [(b"\x89PNG and more", "picture.png")]


async def test_refusals_are_errors_with_the_daemons_words(client: Client) -> None:
    with pytest.raises(BadData, match="no image 99"):
        await client.ask(questions.image(99))
    with pytest.raises(BadData, match="did you mean sdss"):
        await client.ask(orders.poll("sdsss"))


async def test_no_daemon_is_unavailable_with_a_remedy(tmp_path: Path) -> None:
    async with Client(tmp_path / "none.sock") as client:
        with pytest.raises(Unavailable, match=r"none\.sock; start one with 'astrolens up'"):
            await client.ask(questions.health())
        with pytest.raises(Unavailable, match="start one"):
            await anext(client.events())


async def test_a_closed_client_says_how_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="async with"):
        await Client(tmp_path / "s").ask(questions.health())


async def test_events_come_from_the_cursor_until_the_daemon_stops(tmp_path: Path) -> None:
    async with a_house() as house, Client(house.paths.socket) as client:
        for number in range(3):
            event = Event(kind=EventKind.NOTIFIED, at="t", payload={"n": number})
            await house.store.run(house.store.events.add, event)
        stream = client.events(after=1)
        assert [(await anext(stream))["payload"]["n"] for _ in range(2)] == [1, 2]  # type: ignore[typeddict-item]
        waiting = anext(stream)
        stored = await house.store.run(
            house.store.events.add, Event(kind=EventKind.PAUSED, at="t", payload={"n": 3})
        )
        house.hub.publish(stored)
        row = await waiting
        assert row["sequence"] == 4  # type: ignore[typeddict-item]
        await asyncio.sleep(0)
        house_gone = stream
    async with asyncio.timeout(30):
        with pytest.raises((Unavailable, StopAsyncIteration)):
            await anext(house_gone)


async def test_tcp_needs_the_token() -> None:
    async with a_house(tcp=True) as house:
        async with Client(TcpAddress(port=house.tcp_port, token=TOKEN)) as client:
            assert (await client.ask(questions.health()))["state"] == "running"
        async with Client(TcpAddress(port=house.tcp_port, token="0" * 64)) as client:
            with pytest.raises(ConfigError, match="token"):
                await client.ask(questions.health())
            with pytest.raises(ConfigError, match="refuses"):
                await anext(client.events())
