"""Sources are asked in turn while there is room; offers and cursor are kept together."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from astrolens.domain.clock import utc_now
from astrolens.domain.errors import PluginError
from astrolens.domain.event import Event, EventKind
from astrolens.domain.image import ImageState
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.image import room_for
from astrolens.pipeline.offering import Offering, saved_health
from astrolens.sources.loader import LoadedSource
from astrolens.sources.rotation import Rotation, Turn
from astrolens.store.store import Store
from tests.sources.strangers import load_stranger, stranger, write_plugin

ENDLESS = """
    async def offers(self, context):
        start = context.cursor.get("next", 0)
        for number in range(start, start + context.limit):
            context.cursor["next"] = number + 1
            yield self.offer(number)
"""
MOODY = """
    mood = "fails"

    async def offers(self, context):
        if self.mood == "fails":
            raise Unavailable("the server is away", retry_after_s=120.0)
        if self.mood == "breaks":
            raise KeyError("a bug")
        yield self.offer(1)
"""
STUBBORN = """
    async def offers(self, context):
        for number in range(context.limit):
            yield self.offer(number)
"""
HANGS = """
    async def offers(self, context):
        await asyncio.sleep(3600)
        yield
"""
NEAR = """
    hosts = ()
    Options = SourceOptions

    async def offers(self, context):
        start = context.cursor.get("next", 0)
        for number in range(start, min(start + context.limit, 20)):
            context.cursor["next"] = number + 1
            yield Offer(source="near", key=f"n{number}", url=f"file:///nowhere/{number}.jpg")
"""
DRAWS = """
    async def offers(self, context):
        for _ in range(4):
            yield self.offer(context.random.getrandbits(60))
"""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


async def room() -> bool:
    return True


@dataclass
class Desk:
    """An offering over plugins in files."""

    store: Store
    sources: Mapping[str, LoadedSource]
    runner: asyncio.Runner
    has_room: Callable[[], Coroutine[None, None, bool]] = room
    is_online: Callable[[], bool] = lambda: True
    woken: list[int] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        turns = [
            Turn(name=name, interval_s=one.settings.interval_s or 3600.0)
            for name, one in self.sources.items()
        ]
        self.rotation = Rotation(turns, random=Random(1), health=saved_health(self.store))
        self.offering = Offering(
            self.store, self.sources, self.rotation, {}, Announcer(self.store, self.heard.append),
            on_offered=lambda: self.woken.append(1), has_room=self.has_room, is_online=self.is_online,
        )  # fmt: skip

    def run_until(self, condition: Callable[[], bool]) -> None:
        async def work() -> None:
            async with asyncio.timeout(15), asyncio.TaskGroup() as group:
                task = group.create_task(self.offering.run(), name="offering")
                while not condition():
                    await asyncio.sleep(0.01)
                task.cancel()

        self.runner.run(work())

    def health(self, name: str = "stranger") -> str:
        return str(self.rotation.health()[name]["state"])

    def errors(self) -> dict[str, int]:
        return self.offering.errors

    def changes(self) -> list[object]:
        assert {event.kind for event in self.heard} <= {EventKind.SOURCE_CHANGED}
        return [event.payload["state"] for event in self.heard]

    def run_until_failed(self, times: int) -> None:
        self.run_until(lambda: self.offering.errors["stranger"] == times and self.offering.asking is None)


def images(store: Store) -> int:
    return store.statistics.images()


def test_offers_and_cursor_are_kept_in_one_transaction(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    loaded = stranger(tmp_path, ENDLESS, batch=5)
    desk = Desk(store, {"stranger": loaded}, runner)
    desk.run_until(lambda: desk.offering.counts.done == 5)
    assert images(store) == 5
    assert store.state.get("sources.stranger.cursor") == {"next": 5}
    with store.database.read() as connection:
        offered = {row[0] for row in connection.execute("SELECT changed_at FROM images")}
        cursor = connection.execute("SELECT changed_at FROM state WHERE name LIKE '%cursor'").fetchone()[0]
    assert offered == {cursor}
    assert len(desk.woken) == 1
    later = Desk(store, {"stranger": loaded}, runner)  # after a restart it goes on behind the last one
    later.run_until(lambda: later.offering.counts.done == 5)
    assert images(store) == 10
    assert store.images.is_known("stranger", "k9")


def test_a_server_is_asked_once_an_interval_unless_a_person_wants_more(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    desk = Desk(store, {"stranger": stranger(tmp_path, ENDLESS, batch=5)}, runner)
    desk.run_until(desk.offering.has_given_all)
    assert images(store) == 5
    desk.offering.limit_to(12)
    desk.run_until(desk.offering.has_given_all)
    assert images(store) == 17


def test_each_source_has_its_own_limit(store: Store, tmp_path: Path, runner: asyncio.Runner) -> None:
    desk = Desk(store, {"stranger": stranger(tmp_path, ENDLESS, batch=5)}, runner)
    desk.offering.limit_to(None, {"stranger": 8})
    desk.run_until(desk.offering.has_given_all)
    assert store.statistics.by_source() == {"stranger": 8}
    desk.offering.limit_to(0)
    assert desk.offering.has_given_all()


def test_a_source_that_repeats_itself_is_not_asked_for_ever(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    desk = Desk(store, {"stranger": stranger(tmp_path, STUBBORN, batch=5)}, runner)
    desk.offering.limit_to(100)
    desk.run_until(desk.offering.has_given_all)
    assert images(store) == 5


def test_a_source_that_draws_does_not_draw_the_same_after_a_restart(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    loaded = stranger(tmp_path, DRAWS, batch=4)
    for wanted in (4, 8, 12):
        desk = Desk(store, {"stranger": loaded}, runner)
        desk.run_until(desk.offering.has_given_all)
        assert images(store) == wanted


def test_a_failure_rests_the_source_and_its_recovery_is_told(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    loaded = stranger(tmp_path, MOODY)
    desk = Desk(store, {"stranger": loaded}, runner)
    desk.run_until_failed(1)
    assert desk.health() == "resting"
    assert desk.offering.has_given_all()
    loaded.plugin.mood = "breaks"  # type: ignore[union-attr]
    desk.offering.wake("stranger")
    desk.run_until_failed(2)
    assert desk.changes() == ["resting"]  # told when it begins, not at each failure
    assert saved_health(store)["stranger"]["failures"] == 2
    again = Desk(store, {"stranger": loaded}, runner)
    assert again.health() == "resting"  # a restart does not make it well
    loaded.plugin.mood = "well"  # type: ignore[union-attr]
    again.offering.wake("stranger")
    again.run_until(lambda: bool(again.heard))
    assert again.health() == "ok"
    assert again.changes() == ["ok"]
    assert saved_health(store)["stranger"]["state"] == "ok"


def test_a_fault_outside_of_a_poll_rests_the_source_and_leaves_a_poll_alone(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    desk = Desk(store, {"stranger": stranger(tmp_path, MOODY)}, runner)
    desk.rotation.next_due(utc_now())  # it is being asked
    rest_s = runner.run(desk.offering.rest("stranger", PluginError("read() raised")))
    assert 5.0 < rest_s < 30.0
    assert desk.health() == "resting"
    assert desk.changes() == ["resting"]
    assert saved_health(store)["stranger"]["reason"] == "read() raised"
    desk.rotation.wake("stranger")
    assert desk.rotation.next_due(utc_now()) is None  # not a second time before the poll is over
    desk.rotation.give_back("stranger")
    assert desk.rotation.next_due(utc_now()) == "stranger"


def test_nobody_is_asked_without_room_or_during_a_pause(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    full = True

    async def has_room() -> bool:
        return not full

    desk = Desk(store, {"stranger": stranger(tmp_path, ENDLESS, batch=5)}, runner, has_room)

    async def work() -> None:
        nonlocal full
        async with asyncio.timeout(15), asyncio.TaskGroup() as group:
            task = group.create_task(desk.offering.run(), name="offering")
            await asyncio.sleep(0.2)
            assert desk.offering.counts.done == 0
            desk.offering.pause()
            full = False
            desk.offering.wake()
            await asyncio.sleep(0.2)
            assert desk.offering.counts.done <= 5  # the turn that had begun
            before = desk.offering.counts.done
            desk.offering.resume()
            while desk.offering.counts.done == 0:
                await asyncio.sleep(0.01)
            assert before in (0, 5)
            task.cancel()

    runner.run(work())


def test_pictures_that_wait_for_one_server_leave_room_for_the_others(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    desk = Desk(store, {"stranger": stranger(tmp_path, ENDLESS, batch=10)}, runner)
    desk.run_until(lambda: desk.offering.counts.done == 10)
    look = room_for(store, ImageState.OFFERED, 10)

    async def has_room() -> bool:
        return await look()

    assert not runner.run(has_room())
    for image_id in range(1, 11):
        store.images.waits(image_id, "the server is away", "2999-01-01T00:00:00.000Z")
    assert runner.run(has_room())
    desk.offering.limit_to(160)
    desk.run_until(lambda: desk.offering.counts.done == 70)
    for image_id in range(1, 71):
        store.images.waits(image_id, "the server is away", "2999-01-01T00:00:00.000Z")
    desk.run_until(desk.offering.has_given_all)  # it is not asked for more that would only wait
    assert images(store) == 70
    look = room_for(store, ImageState.OFFERED, 4)
    assert not runner.run(has_room())  # nor do they pile up for ever


def test_a_source_that_hangs_holds_up_no_other(store: Store, tmp_path: Path, runner: asyncio.Runner) -> None:
    hanging = stranger(tmp_path / "a", HANGS)
    endless = load_stranger(write_plugin(tmp_path / "b", ENDLESS, "endless"), batch=5, interval_s=0.01)
    desk = Desk(store, {"stranger": hanging, "endless": endless}, runner)
    desk.run_until(lambda: desk.offering.counts.done >= 50)
    assert desk.errors() == {"stranger": 0, "endless": 0}


def test_without_a_network_only_local_sources_are_asked_and_its_return_is_told_once(
    store: Store, tmp_path: Path, runner: asyncio.Runner
) -> None:
    far = stranger(tmp_path / "a", MOODY)
    near = load_stranger(write_plugin(tmp_path / "b", NEAR, "near"), batch=5)
    online = True
    desk = Desk(store, {"stranger": far, "near": near}, runner, is_online=lambda: online)
    desk.run_until(lambda: desk.errors()["stranger"] == 1 and desk.offering.counts.done == 20)
    assert store.statistics.by_source() == {"near": 20}
    online = False
    desk.offering.network_turned(False)
    desk.offering.limit_to(100)
    desk.run_until(desk.offering.has_given_all)
    assert desk.errors()["stranger"] == 1
    store.images.offer_many([far.working().offer(7)])  # type: ignore[attr-defined]
    (waiting,) = store.images.next_in(ImageState.OFFERED, 1, source="stranger")
    store.images.postpone([waiting.image_id], "2999-01-01T00:00:00.000Z")
    online = True
    far.plugin.mood = "well"  # type: ignore[union-attr]
    desk.offering.network_turned(True)
    desk.run_until(lambda: desk.offering.counts.done == 21)
    told = [event.payload["online"] for event in desk.heard if event.kind is EventKind.NETWORK_CHANGED]
    assert told == [False, True]
    due = store.images.next_in(ImageState.OFFERED, 5, source="stranger")
    assert waiting.image_id in {one.image_id for one in due}
    assert {one.attempts for one in due} == {0}
