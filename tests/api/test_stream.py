"""The event stream over real WebSockets, with readers that are slow, rude or gone."""

import asyncio
from typing import Any

import aiohttp
import pytest

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.stream import MOST_READERS
from astrolens.domain.event import Event, EventKind
from tests.api.conftest import House

BIG = "x" * 20_000


async def happen(house: House, count: int, *, words: str = "") -> None:
    """Store events and tell the hub, as the flow does."""
    events = [Event(kind=EventKind.IMAGE_DONE, at="t", payload={"words": words}) for _ in range(count)]
    for event in await house.store.run(house.store.events.add_many, events):
        house.hub.publish(event)


def session(house: House) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        "http://localhost", connector=aiohttp.UnixConnector(path=str(house.paths.socket))
    )


async def test_a_cursor_gives_what_was_missed_then_what_comes_without_gap_or_double(
    house: House, client: Client
) -> None:
    await happen(house, 1200)
    stream = client.events(after=100)
    seen = [await anext(stream) for _ in range(3)]
    await happen(house, 50)
    async with asyncio.timeout(15):
        while len(seen) < 1150:
            seen.append(await anext(stream))
    assert [row["sequence"] for row in seen] == list(range(101, 1251))  # type: ignore[typeddict-item]
    assert house.control.told == [("attached",)], "the daemon gets ready to show pictures"


async def test_without_a_cursor_only_what_comes(house: House) -> None:
    await happen(house, 5)
    async with session(house) as http, http.ws_connect("/events") as socket:
        await happen(house, 1)
        assert (await socket.receive_json(timeout=30))["sequence"] == 6


async def test_pruned_events_are_counted_as_missed(house: House, client: Client) -> None:
    await happen(house, 30)
    await house.store.run(house.store.events.prune, 10)
    stream = client.events(after=5)
    assert await anext(stream) == {"missed": 15, "next": 21}
    assert (await anext(stream))["sequence"] == 21  # type: ignore[typeddict-item]
    page = await client.ask(questions.events_page(after=5, limit=3))
    assert (page["missed"], page["last"], [row["sequence"] for row in page["rows"]]) == (15, 30, [21, 22, 23])


async def test_a_frozen_reader_loses_events_and_slows_nobody(house: House, client: Client) -> None:
    async with session(house) as http, http.ws_connect("/events", max_msg_size=0) as frozen:
        await happen(house, 1)
        assert (await frozen.receive_json(timeout=30))["sequence"] == 1
        frozen._reader._protocol.pause_reading()
        other = client.events(after=1)
        loop = asyncio.get_running_loop()
        longest_s = 0.0
        for _ in range(30):
            began = loop.time()
            await happen(house, 50, words=BIG)
            longest_s = max(longest_s, loop.time() - began)
        assert longest_s < 10.0
        async with asyncio.timeout(15):
            got = [await anext(other) for _ in range(1500)]
        assert got[-1]["sequence"] == 1501  # type: ignore[typeddict-item]
        frozen._reader._protocol.resume_reading()
        missed, last = 0, 1
        async with asyncio.timeout(15):
            while last < 1501:
                row: dict[str, Any] = await frozen.receive_json()
                missed += row.get("missed", 0)
                last = row.get("sequence", last)
        assert missed > 0
        assert house.hub.readers() == 2


async def test_a_reader_that_talks_is_sent_away(house: House) -> None:
    async with session(house) as http:
        for message in ("hello", b"\x00\x01", "x" * 10_000):
            async with http.ws_connect("/events") as socket:
                if isinstance(message, str):
                    await socket.send_str(message)
                else:
                    await socket.send_bytes(message)
                closed = await socket.receive(timeout=30)
                assert closed.type is aiohttp.WSMsgType.CLOSE
                assert closed.data in (1008, 1009)
        async with asyncio.timeout(30):
            while house.hub.readers():
                await asyncio.sleep(0)


async def test_readers_have_a_limit_and_leave_no_trace(house: House) -> None:
    async with session(house) as http:
        sockets = [await http.ws_connect("/events") for _ in range(MOST_READERS)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect("/events")
        assert refused.value.status == 503
        for socket in sockets:
            await socket.close()
        async with asyncio.timeout(30):
            while house.hub.readers():
                await asyncio.sleep(0)


async def test_plain_get_and_bad_cursors_are_refused(house: House) -> None:
    async with session(house) as http:
        for path, status in [("/events", 426), ("/events?after=-1", 400), ("/events/page?limit=0", 400)]:
            async with http.get(path) as answer:
                assert answer.status == status
                assert "error" in await answer.json()
