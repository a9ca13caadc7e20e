"""Pictures of a former encoder are measured again in the background, a kill at any moment notwithstanding."""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import DetectSettings
from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.domain.event import Event, EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.remeasuring import Remeasuring
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store, open_store
from tests.pipeline.pictures import killed, measured, normals, oddities

NEW = "simulated-2"
SETTINGS = DetectSettings(calibration_images=40, calibration_limit=200, budget_per_1000=20.0)


class Death(Exception):
    """The process ends here."""


@dataclass
class Encoder:
    """Measures anew what was measured before, but for some pictures."""

    store: Store
    broken: set[int] = field(default_factory=set)
    deadly: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)

    async def measure(self, record: ImageRecord) -> Analysis:
        self.asked.append(record.image_id)
        if record.image_id in self.broken:
            raise BadData("no picture any more")
        if record.image_id in self.deadly:
            raise Death
        found = await self.store.run(self.store.analyses.get, record.image_id)
        assert found is not None
        return replace(found, model_id=NEW)


def remeasuring(encoder: Encoder) -> tuple[Remeasuring, Judging]:
    announcer = Announcer(encoder.store)
    judging = Judging(encoder.store, SETTINGS, NEW, announcer)
    return Remeasuring(encoder.store, NEW, encoder.measure, judging, announcer, lambda: True), judging


def work(encoder: Encoder) -> None:
    """Measure again until nothing is left, and judge what follows from it."""
    again, judging = remeasuring(encoder)
    asyncio.run(again.run())
    for _ in range(20):
        if not asyncio.run(judging.judge_waiting()):
            return


def former(store: Store, count: int = 60) -> list[int]:
    """Pictures that a former encoder measured and a former calibration judged."""
    ids = measured(store, [*normals(count - 3), *oddities(3)])
    judging = Judging(store, SETTINGS, "simulated-1", Announcer(store))
    asyncio.run(judging.judge_waiting())
    verdicts = {number: store.verdicts.get(number) for number in ids}
    store.verdicts.put_many(
        [(number, replace(one, decision=Decision.NORMAL)) for number, one in verdicts.items() if one]
    )
    store.announcements.finish(ids)
    return ids


def events(store: Store, kind: EventKind) -> list[Event]:
    return [event for event in store.events.after(0) if event.kind is kind]


def models(store: Store, ids: list[int]) -> set[str]:
    return {analysis.model_id for analysis in store.analyses.get_many(ids).values()}


def test_all_is_measured_again_judged_again_and_said_once(store: Store) -> None:
    ids = former(store)
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id <= 2")
    encoder = Encoder(store, broken={10})
    work(encoder)
    assert encoder.asked == ids[:1:-1]  # newest first, none twice, none without its original
    left = {1, 2, 10}
    assert models(store, [number for number in ids if number not in left]) == {NEW}
    state = store.state.detector_state("sdss", NEW)
    assert state is not None
    rejudged = [store.verdicts.get(number) for number in ids if number not in left]
    assert {one.state_id for one in rejudged if one} == {state.state_id}
    (event,) = events(store, EventKind.REMEASURED)
    assert (event.payload["measured"], event.payload["failed"], event.payload["gone"]) == (57, 1, 2)
    assert "of 3 " in str(event.payload["reason"]) or "of 2 " in str(event.payload["reason"])
    found = {
        number
        for number in ids[-3:]
        if (one := store.verdicts.get(number)) and one.decision is Decision.ANOMALY
    }
    assert set(store.announcements.due()) >= found
    assert found
    work(Encoder(store))
    assert len(events(store, EventKind.REMEASURED)) == 1


def test_nothing_is_said_where_there_is_no_former_encoder(store: Store) -> None:
    measured(store, normals(3), model_id=NEW)
    work(Encoder(store))
    assert events(store, EventKind.REMEASURED) == []


def test_what_waited_for_its_verdict_is_judged_too(store: Store) -> None:
    ids = measured(store, normals(45))  # measured by the former encoder, never judged
    work(Encoder(store))
    assert all(store.verdicts.get(number) for number in ids)


def test_a_kill_loses_no_picture_and_a_deadly_one_is_left_out(paths: Paths) -> None:
    with closing(open_store(paths)) as store:
        ids = former(store)
    deadly = ids[20]
    for _ in range(2):  # among others, then alone
        store = open_store(paths)
        again, _judging = remeasuring(Encoder(store, deadly={deadly}))
        with pytest.raises(Death):
            asyncio.run(again.run())
        killed(store)
    with closing(open_store(paths)) as store:
        encoder = Encoder(store, deadly={deadly})
        work(encoder)
        assert models(store, [number for number in ids if number != deadly]) == {NEW}
        assert models(store, [deadly]) == {"simulated-1"}
        (event,) = events(store, EventKind.REMEASURED)
        assert event.payload["failed"] == 1


def test_an_orderly_stop_makes_no_suspects(store: Store) -> None:
    former(store)
    encoder = Encoder(store)
    reached = asyncio.Event()

    async def stopped() -> None:
        async def measure(record: ImageRecord) -> Analysis:
            reached.set()
            await asyncio.Event().wait()
            raise AssertionError

        announcer = Announcer(store)
        judging = Judging(store, SETTINGS, NEW, announcer)
        again = Remeasuring(store, NEW, measure, judging, announcer, lambda: True)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(again.run(), name="measuring again")
            await reached.wait()
            task.cancel()

    asyncio.run(stopped())
    assert store.state.get("remeasure")["working"] == []
    work(encoder)
    assert len(encoder.asked) == 60
