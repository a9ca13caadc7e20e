"""A stage: error classes decide, inboxes are bounded, suspects work alone, pauses hold."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

import pytest

from astrolens.domain.errors import BadData, Unavailable
from astrolens.pipeline.flow import FIRST_WAIT_S, LONGEST_WAIT_S, Ledger, Stage, StageCounts, waiting_time_s


@dataclass(frozen=True)
class Picture:
    """A picture as a stage sees it."""

    image_id: int
    attempts: int = 0
    suspect: bool = False


@dataclass
class Book:
    """A ledger in memory that remembers what it was told."""

    waiting: list[Picture]
    parked: dict[int, str] = field(default_factory=dict)
    delayed: dict[int, float] = field(default_factory=dict)

    def ledger(self) -> Ledger[Picture]:
        return Ledger(take=self.take, park=self.park, wait=self.wait)

    async def take(self, limit: int, held: Collection[int]) -> Sequence[Picture]:
        return [picture for picture in self.waiting if picture.image_id not in held][:limit]

    async def park(self, image_id: int, reason: str) -> None:
        self.parked[image_id] = reason
        self.forget(image_id)

    async def wait(self, image_id: int, _reason: str, seconds: float) -> None:
        self.delayed[image_id] = seconds
        self.forget(image_id)

    def forget(self, image_id: int) -> None:
        self.waiting = [picture for picture in self.waiting if picture.image_id != image_id]


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something is true."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def run_stage(stage: Stage[Picture], condition: Callable[[], bool]) -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.run(), name="stage")
        await until(condition)
        task.cancel()


def worker(book: Book, outcome: Callable[[Picture], Awaitable[None]]) -> Callable[[Picture], Awaitable[None]]:
    async def work(picture: Picture) -> None:
        await outcome(picture)
        book.forget(picture.image_id)

    return work


async def test_error_class_decides_what_is_next() -> None:
    book = Book([Picture(number) for number in range(1, 7)])

    async def outcome(picture: Picture) -> None:
        if picture.image_id == 2:
            raise BadData("no picture in it")
        if picture.image_id == 3:
            raise Unavailable("busy", retry_after_s=77.0)
        if picture.image_id == 4:
            raise TimeoutError

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=2)
    await run_stage(stage, lambda: not book.waiting)
    assert book.parked == {2: "no picture in it"}
    assert book.delayed == {3: 77.0, 4: FIRST_WAIT_S}
    assert (stage.counts.done, stage.counts.refused, stage.counts.delayed) == (3, 1, 2)
    assert stage.idle


async def test_a_bug_is_not_swallowed() -> None:
    book = Book([Picture(1)])

    async def outcome(_picture: Picture) -> None:
        raise KeyError("a bug")

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=1)
    with pytest.raises(ExceptionGroup) as caught:
        await run_stage(stage, lambda: False)
    assert caught.group_contains(KeyError)


async def test_never_holds_more_than_inbox_and_workers() -> None:
    book = Book([Picture(number) for number in range(100)])
    gate = asyncio.Event()
    most = 0

    async def outcome(_picture: Picture) -> None:
        nonlocal most
        most = max(most, len(stage.held))
        await gate.wait()

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=3)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.run(), name="stage")
        await until(lambda: len(stage.in_flight) == 3)
        gate.set()
        await until(lambda: not book.waiting)
        task.cancel()
    assert most <= 3 + 2 * 3 + 3
    assert stage.counts.done == 100


async def test_suspect_is_alone_in_work() -> None:
    book = Book([Picture(1, suspect=True), *(Picture(number) for number in range(2, 20))])
    company: dict[int, set[int]] = {}

    async def outcome(picture: Picture) -> None:
        await asyncio.sleep(0)
        company[picture.image_id] = set(stage.in_flight)

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=4)
    await run_stage(stage, lambda: not book.waiting)
    assert company[1] == {1}


async def test_pause_takes_nothing_new() -> None:
    book = Book([])
    seen: list[int] = []

    async def outcome(picture: Picture) -> None:
        seen.append(picture.image_id)

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=1)
    stage.pause()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.run(), name="stage")
        book.waiting = [Picture(1)]
        stage.wake()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not seen
        stage.resume()
        await until(lambda: seen == [1])
        task.cancel()


async def test_not_ready_behind_takes_nothing() -> None:
    book = Book([Picture(1)])
    room = False

    async def outcome(_picture: Picture) -> None:
        assert room

    async def ready() -> bool:
        return room

    stage = Stage("test", book.ledger(), worker(book, outcome), workers=1, ready=ready)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.run(), name="stage")
        for _ in range(50):
            await asyncio.sleep(0)
        assert book.waiting
        room = True
        stage.wake()
        await until(lambda: not book.waiting)
        task.cancel()


def test_waiting_grows_to_a_cap_and_respects_the_other_side() -> None:
    assert waiting_time_s(0, None) == FIRST_WAIT_S
    assert waiting_time_s(3, None) == 8 * FIRST_WAIT_S
    assert waiting_time_s(99, None) == LONGEST_WAIT_S
    assert waiting_time_s(0, 900.0) == 900.0


def test_rate_is_unknown_until_there_is_enough() -> None:
    counts = StageCounts()
    counts.finished(4)
    assert counts.per_hour() is None
    counts.finished(4)
    rate = counts.per_hour()
    assert rate is not None
    assert rate > 0
