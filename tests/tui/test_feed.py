"""Attach, listen, lose, attach again."""

import asyncio
from pathlib import Path

import pytest
from textual.message import Message

from astrolens.api.client import Client
from astrolens.api.wire import EventRow
from astrolens.tui.feed import RETRY_S, Feed
from astrolens.tui.messages import DaemonAttached, DaemonGone, EventsArrived, StatsArrived
from tests.tui.fake_daemon import FakeDaemon


class Ear:
    """Collects messages and waits for one."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self._more = asyncio.Event()

    def __call__(self, message: Message) -> None:
        self.heard.append(message)
        self._more.set()

    async def until(self, count: int, kind: type[Message]) -> list[Message]:
        while len(found := [message for message in self.heard if isinstance(message, kind)]) < count:
            self._more.clear()
            await self._more.wait()
        return found


async def test_events_come_in_batches_and_none_is_lost(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        ear = Ear()
        task = group.create_task(Feed(client, ear, retry_s=0.02).run(), name="feed")
        await ear.until(1, DaemonAttached)
        for number in range(1, 301):
            await daemon.happen("finding" if number % 100 == 0 else "image_done", number, source="sdss")
        batches: list[EventsArrived] = []
        while sum(batch.counted for batch in batches) < 300:
            await ear.until(len(batches) + 1, EventsArrived)
            batches = [message for message in ear.heard if isinstance(message, EventsArrived)]
        assert sum(batch.counted for batch in batches) == 300
        assert [image for batch in batches for image in batch.finding_ids] == [100, 200, 300]
        rows = [row for batch in batches for row in batch.rows]
        assert {row["kind"] for row in rows} == {"finding"}, "finished images are only counted"
        assert len(batches) < 30
        task.cancel()


async def test_old_findings_are_shown_but_not_called_newer(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        await daemon.happen("finding", 7, source="sdss")
        ear = Ear()
        task = group.create_task(Feed(client, ear, retry_s=0.02).run(), name="feed")
        (batch,) = await ear.until(1, EventsArrived)
        assert isinstance(batch, EventsArrived)
        assert batch.rows
        assert batch.finding_ids == ()
        task.cancel()


async def test_it_attaches_again_and_catches_up(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        ear = Ear()
        task = group.create_task(Feed(client, ear, retry_s=0.02).run(), name="feed")
        await daemon.happen("started")
        await ear.until(1, EventsArrived)
        await daemon.stop()
        (gone, *_) = await ear.until(1, DaemonGone)
        assert isinstance(gone, DaemonGone)
        assert "no daemon answers" in gone.reason
        for number in range(5):
            await daemon.happen("image_parked", number, reason="truncated")
        await daemon.start()
        attached = (await ear.until(2, DaemonAttached))[-1]
        assert isinstance(attached, DaemonAttached)
        assert attached.caught_up == 5
        batch = (await ear.until(2, EventsArrived))[-1]
        assert isinstance(batch, EventsArrived)
        assert batch.counted == 5
        task.cancel()


async def test_another_database_starts_a_new_cursor(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        ear = Ear()
        for _ in range(4):
            await daemon.happen("started")
        task = group.create_task(Feed(client, ear, retry_s=0.02).run(), name="feed")
        await ear.until(1, EventsArrived)
        await daemon.stop()
        daemon.events.clear()
        daemon.stats["last_event"] = 0
        await ear.until(1, DaemonGone)
        await daemon.start()
        attached = (await ear.until(2, DaemonAttached))[-1]
        assert isinstance(attached, DaemonAttached)
        assert attached.caught_up == 0
        await daemon.happen("paused")
        assert (await ear.until(2, EventsArrived))[-1]
        task.cancel()


async def test_a_gap_is_counted(socket: Path) -> None:
    feed = Feed(Client(socket), lambda _message: None)
    feed._keep({"missed": 214, "next": 300})
    assert feed._batch.missed == 214
    assert feed._cursor == 299


async def test_a_bug_is_told_and_logged_and_not_the_end(
    socket: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        del daemon.stats["last_event"]  # type: ignore[misc]
        ear = Ear()
        task = group.create_task(Feed(client, ear, retry_s=0.02).run(), name="feed")
        (gone, *_) = await ear.until(2, DaemonGone)
        assert isinstance(gone, DaemonGone)
        assert "KeyError" in gone.reason
        assert "The feed failed" in caplog.text
        daemon.stats["last_event"] = 0
        await ear.until(1, DaemonAttached)
        await ear.until(1, StatsArrived)
        task.cancel()


async def test_twenty_restarts_lose_nothing(socket: Path) -> None:
    assert RETRY_S <= 1.0, "attached again within two seconds"
    async with FakeDaemon(socket) as daemon, Client(socket) as client, asyncio.TaskGroup() as group:
        ear = Ear()
        feed = Feed(client, ear, retry_s=0.01)
        task = group.create_task(feed.run(), name="feed")
        await ear.until(1, DaemonAttached)
        for number in range(20):
            await daemon.happen("image_done", number, source="sdss")
            await daemon.stop()
            await ear.until(number + 1, DaemonGone)
            for missing in range(5):
                await daemon.happen("image_done", missing, source="sdss")
            await daemon.start()
            await ear.until(number + 2, DaemonAttached)
        while feed.counted < 120:
            await ear.until(len(ear.heard) + 1, Message)
        assert (feed.counted, feed.missed) == (120, 0)
        assert feed.account() == "events after 0 to 120: 120 counted, 0 missed"
        task.cancel()


async def test_what_fell_out_of_the_queue_is_counted_as_missed(socket: Path) -> None:
    feed = Feed(Client(socket), lambda _message: None)
    feed._cursor = 0
    for event in (
        {"missed": 40, "next": 41},
        EventRow(sequence=41, at="", kind="paused", image_id=None, payload={}),
    ):
        feed._keep(event)  # type: ignore[arg-type]
    assert feed.account() == "events after 0 to 41: 1 counted, 40 missed"
