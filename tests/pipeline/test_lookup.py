"""Ordinary pictures are finished in bulk, odd ones are asked about, and a silence is asked again."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from astrolens.catalog.question import Question, Reply, Traits
from astrolens.catalog.stage import CrossMatcher
from astrolens.config.paths import Paths
from astrolens.config.settings import CatalogSettings
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.event import EventKind
from astrolens.domain.finding import CatalogMatch, CatalogState, Finding
from astrolens.domain.image import ImageState
from astrolens.domain.sky import SkyPosition
from astrolens.notify.rules import Told
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.lookup import LookUp
from astrolens.store.store import Store, open_store
from tests.pipeline.pictures import measured, normals
from tests.store.samples import a_verdict

ODD = a_verdict(5.0, Decision.ANOMALY)
NEAR = a_verdict(3.0, Decision.NEAR_MISS)
NORMAL = a_verdict(1.0, Decision.NORMAL)


@dataclass
class Sky:
    """A catalogue that knows what lies at some right ascensions, and is silent at others."""

    traits: Traits = field(default_factory=partial(Traits, name="simbad", per_second=4.0, most_at_once=100))
    turns: int = 0
    known: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)

    async def search(self, questions: Sequence[Question]) -> list[Reply]:
        self.turns += 1
        return [self._reply(question) for question in questions]

    def _reply(self, question: Question) -> Reply:
        place = round(question.position.ra_deg)
        self.asked.append(place)
        if place in self.silent:
            return Reply(reason="simbad: maintenance")
        if place not in self.known:
            return Reply()
        match = CatalogMatch(
            catalogue=self.traits.name,
            name="NGC 5216",
            object_type="G",
            position=question.position,
            separation_arcsec=1.2,
            chance_probability=1e-4,
        )
        return Reply(matches=(match,))


@dataclass
class Ears:
    """Who is told."""

    heard: list[Finding] = field(default_factory=list)

    answer: Told = Told.SHOWN
    calls: int = 0

    async def tell_together(self, findings: Sequence[Finding]) -> list[Told]:
        self.calls += 1
        self.heard.extend(findings)
        return [self.answer] * len(findings)


@dataclass
class Desk:
    """A look-up on a store, with what it asks and whom it tells."""

    store: Store
    sky: Sky
    enabled: bool = True

    def __post_init__(self) -> None:
        settings = CatalogSettings(enabled=self.enabled, requests_per_second=4.0, required=("simbad",))
        self.ears = Ears()
        matcher = CrossMatcher(settings, self.store.crossref, catalogues=(self.sky,))
        self.look_up = LookUp(self.store, matcher, settings, self.ears, Announcer(self.store))

    async def work(self, done: int) -> None:
        """Run the stage until so many pictures are done."""
        async with asyncio.timeout(15), asyncio.TaskGroup() as group:
            task = group.create_task(self.look_up.run(), name="look up")
            while (await self.store.run(self.store.statistics.by_state))[ImageState.DONE] < done:
                await asyncio.sleep(0.01)
            while self.look_up.busy:
                await asyncio.sleep(0.01)
            task.cancel()

    async def work_until(self, condition: Callable[[], bool]) -> None:
        """Run the stage until something is true."""
        async with asyncio.timeout(15), asyncio.TaskGroup() as group:
            task = group.create_task(self.look_up.run(), name="look up")
            while not await asyncio.to_thread(condition) or self.look_up.busy:
                await asyncio.sleep(0.01)
            task.cancel()

    def state(self, image_id: int) -> CatalogState:
        record = self.store.images.get(image_id)
        assert record is not None
        return record.catalogue

    def events(self, kind: EventKind) -> list[int | None]:
        return [event.image_id for event in self.store.events.after(0) if event.kind is kind]


JudgedPictures = Callable[..., list[int]]


@pytest.fixture
def judged(store: Store) -> JudgedPictures:
    def put(verdicts: Sequence[Verdict], *, first: int = 0, place: bool = True) -> list[int]:
        ids = measured(store, normals(len(verdicts)), first=first, place=place)
        store.verdicts.put_many(list(zip(ids, verdicts, strict=True)))
        return ids

    return put


@pytest.fixture
def reopened(paths: Paths) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def again() -> Store:
        opened.append(open_store(paths))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


def test_ordinary_pictures_are_finished_without_a_question(store: Store, judged: JudgedPictures) -> None:
    desk = Desk(store, Sky())
    ids = judged([NORMAL] * 300)
    asyncio.run(desk.work(300))
    assert desk.sky.asked == []
    assert desk.look_up.finished.done == 300
    assert desk.look_up.counts.done == 0
    assert sorted(desk.events(EventKind.IMAGE_DONE)) == ids  # type: ignore[type-var]
    assert desk.state(ids[0]) is CatalogState.NOT_ASKED
    assert not desk.ears.heard


def test_odd_pictures_are_asked_about_once_and_all_three_answers_are_kept(
    store: Store, judged: JudgedPictures
) -> None:
    desk = Desk(store, Sky(known={0}, silent={2}))
    known, unknown, silent, normal = judged([ODD, NEAR, ODD, NORMAL])
    asyncio.run(desk.work(4))
    assert sorted(desk.sky.asked) == [0, 1, 2]
    assert desk.state(known) is CatalogState.KNOWN
    assert desk.state(unknown) is CatalogState.UNKNOWN
    assert desk.state(silent) is CatalogState.NOT_ANSWERED
    assert desk.state(normal) is CatalogState.NOT_ASKED
    (answer,) = store.crossref.get(silent)
    assert "maintenance" in answer.reason
    assert store.crossref.get(known)[0].matches[0].name == "NGC 5216"
    assert (desk.look_up.counts.done, desk.look_up.counts.delayed) == (3, 1)
    # Only anomalies are told, each once; a silence keeps nobody from being told.
    assert sorted(desk.events(EventKind.FINDING)) == [known, silent]  # type: ignore[type-var]
    assert {finding.image_id: finding.catalogue for finding in desk.ears.heard} == {
        known: CatalogState.KNOWN,
        silent: CatalogState.NOT_ANSWERED,
    }
    assert len(desk.ears.heard) == 2


def test_a_picture_without_a_position_says_so(store: Store, judged: JudgedPictures) -> None:
    desk = Desk(store, Sky())
    (image_id,) = judged([ODD], place=False)
    asyncio.run(desk.work(1))
    assert desk.sky.asked == []
    assert desk.state(image_id) is CatalogState.NO_POSITION
    assert desk.ears.heard[0].position is None
    assert desk.events(EventKind.FINDING) == [image_id]


def test_a_silence_is_asked_again_by_the_sweep_which_stops_when_it_lasts(
    store: Store, judged: JudgedPictures
) -> None:
    desk = Desk(store, Sky(silent={0, 1, 2}))
    ids = judged([ODD, NEAR, ODD])
    asyncio.run(desk.work(3))
    desk.sky.asked.clear()
    turns = desk.sky.turns
    assert asyncio.run(desk.look_up.sweep()) == 0
    assert desk.sky.turns == turns + 1  # one turn for all three, and no second one
    desk.sky.silent.clear()
    assert asyncio.run(desk.look_up.sweep()) == 3
    assert {desk.state(image_id) for image_id in ids} == {CatalogState.UNKNOWN}
    assert sorted(desk.events(EventKind.CROSS_MATCHED)) == ids  # type: ignore[type-var]
    assert len(desk.ears.heard) == 2  # nobody is told a second time
    assert asyncio.run(desk.look_up.sweep()) == 0


def test_the_list_for_later_survives_a_restart_and_gets_shorter(
    store: Store, judged: JudgedPictures, reopened: Callable[[], Store]
) -> None:
    ids = judged([NORMAL] * 3)
    placeless = judged([NORMAL], first=3, place=False)
    desk = Desk(store, Sky())
    asyncio.run(desk.work(4))
    assert asyncio.run(desk.look_up.ask_later([*ids, *placeless, ids[0]])) == 4
    assert asyncio.run(desk.look_up.ask_later([ids[1]])) == 0
    store.close()
    again = Desk(reopened(), Sky(known={0}, silent={1}))
    assert asyncio.run(again.look_up.sweep()) == 2
    again.sky.silent.clear()
    assert asyncio.run(again.look_up.sweep()) == 1
    assert again.sky.asked == [0, 1, 2, 1]  # who answered is not asked again
    assert again.state(ids[0]) is CatalogState.KNOWN
    assert asyncio.run(again.look_up.sweep()) == 0


def test_what_is_put_on_the_list_during_a_sweep_is_not_forgotten(
    store: Store, judged: JudgedPictures
) -> None:
    ids = judged([NORMAL] * 40)
    desk = Desk(store, Sky(known=set(range(40))))

    async def both() -> None:
        await desk.look_up.ask_later(ids[:20])
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.look_up.sweep(), name="sweep")
            for image_id in ids[20:]:
                await desk.look_up.ask_later([image_id])

    asyncio.run(both())
    asyncio.run(desk.look_up.sweep())
    assert {desk.state(image_id) for image_id in ids} == {CatalogState.KNOWN}


def test_without_catalogues_nothing_is_asked_swept_or_called_answered(
    store: Store, judged: JudgedPictures
) -> None:
    desk = Desk(store, Sky(), enabled=False)
    (image_id,) = judged([ODD])
    asyncio.run(desk.work(1))
    assert asyncio.run(desk.look_up.sweep()) == 0
    assert desk.sky.asked == []
    assert desk.state(image_id) is CatalogState.NOT_ASKED
    assert desk.events(EventKind.CROSS_MATCHED) == []
    assert len(desk.ears.heard) == 1


def test_a_position_of_ones_own_is_asked_about(store: Store) -> None:
    desk = Desk(store, Sky(known={5}))
    (answer,) = asyncio.run(desk.look_up.ask_at(SkyPosition(ra_deg=5.0, dec_deg=1.0), 20.0))
    assert answer.matches[0].name == "NGC 5216"
    assert answer.radius_arcsec == 20.0


def test_what_a_calibration_finds_later_is_asked_about_and_told_together_once(
    store: Store, judged: JudgedPictures
) -> None:
    desk = Desk(store, Sky(known={0}))
    ids = judged([NORMAL] * 12)
    asyncio.run(desk.work(12))
    store.verdicts.put_many([(image_id, ODD) for image_id in ids])
    asyncio.run(desk.work_until(lambda: not store.announcements.due()))
    assert sorted(desk.events(EventKind.FINDING)) == ids  # type: ignore[type-var]
    assert desk.state(ids[0]) is CatalogState.KNOWN
    assert sorted(desk.sky.asked) == list(range(12))
    assert (len(desk.ears.heard), desk.ears.calls) == (12, 1)
    store.verdicts.put_many([(image_id, ODD) for image_id in ids])
    assert store.announcements.due() == []
    assert len(desk.events(EventKind.IMAGE_DONE)) == 12


def test_a_kill_between_done_and_the_person_loses_nothing_and_doubles_nothing(
    store: Store, judged: JudgedPictures, reopened: Callable[[], Store]
) -> None:
    (odd,) = judged([ODD])
    store.announcements.finish([odd])  # and here the process dies: nobody was told
    store.close()
    again = Desk(reopened(), Sky())
    asyncio.run(again.work_until(lambda: not again.store.announcements.due()))
    assert [finding.image_id for finding in again.ears.heard] == [odd]
    assert again.events(EventKind.FINDING) == [odd]
    assert again.events(EventKind.IMAGE_DONE) == [odd]


def test_what_waits_for_a_digest_is_told_again_after_a_restart(
    store: Store, judged: JudgedPictures, reopened: Callable[[], Store]
) -> None:
    (odd,) = judged([ODD])
    desk = Desk(store, Sky())
    desk.ears.answer = Told.HELD
    asyncio.run(desk.work(1))
    assert desk.look_up.held == {odd}
    assert store.announcements.due() == [odd]
    store.close()
    again = Desk(reopened(), Sky())
    again.ears.answer = Told.HELD
    asyncio.run(again.work_until(lambda: bool(again.ears.heard)))
    assert again.ears.calls == 1  # and not in every turn
    asyncio.run(again.look_up.digest_shown())
    assert again.store.announcements.due() == []
    assert again.events(EventKind.FINDING) == [odd]
