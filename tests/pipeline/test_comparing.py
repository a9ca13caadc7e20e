"""Two encoders are compared on what people labelled: known answers, what is left out, and that nothing is changed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.config.settings import DetectSettings
from astrolens.domain.analysis import Analysis
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.event import Event, EventKind
from astrolens.domain.promotion import Comparison, Outcome
from astrolens.domain.review import Label, LabelValue
from astrolens.models.encoder import Encoded, Encoder
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.comparing import Comparing, Measure
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.judging import Judging
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals, oddities

SETTINGS = DetectSettings(calibration_images=40, calibration_limit=100, budget_per_1000=20.0)
NEW = "simulated-2"
SAMPLE = 60


def named(model_id: str) -> Encoder:
    def encode(batch: NDArray[np.float32]) -> Encoded:
        raise AssertionError("analyses are made otherwise here")

    return cast(Encoder, SimpleNamespace(model_id=model_id, encode=encode))


@dataclass
class Sight:
    """Another encoder: what it sees is worked out from what the one in use saw."""

    store: Store
    sees: Callable[[int, Analysis], Analysis] = lambda _number, one: one
    busy: bool = False
    model_id: str = NEW
    asked: list[int] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    on_measure: Callable[[], None] = lambda: None

    def comparing(self) -> Comparing:
        return Comparing(
            self.store, model="bundled", encoder=named(MODEL_ID), load=lambda _model: named(self.model_id),
            measuring=self._measuring, announcer=Announcer(self.store, self.heard.append),
            busy=lambda: self.busy, batch=16,
        )  # fmt: skip

    def _measuring(self, _encoder: Encoder, _lane: EncoderLane) -> Measure:
        async def measure(record: ImageRecord) -> Analysis:
            self.asked.append(record.image_id)
            self.on_measure()
            if record.image_id in self.broken:
                raise BadData("no picture any more")
            found = await self.store.run(self.store.analyses.get, record.image_id)
            assert found is not None
            return replace(self.sees(record.image_id, found), model_id=NEW)

        return measure


def compared(sight: Sight) -> Comparison:
    return asyncio.run(sight.comparing().compare("folder/of/another", SETTINGS))


def say(store: Store, ids: list[int], value: LabelValue) -> None:
    for number in ids:
        store.labels.add(
            Label(image_id=number, value=value, reviewer="ada", made_at="2026-11-21T00:00:00.000Z")
        )


def a_sky(store: Store, *, odd: int = 14, ordinary: int = 40) -> tuple[list[int], list[int]]:
    """A calibrated source, and pictures after it that a person labelled."""
    measured(store, normals(SAMPLE))
    judging = Judging(store, SETTINGS, MODEL_ID, Announcer(store))
    asyncio.run(judging.judge_waiting())
    later = measured(store, [*normals(ordinary, seed=7), *oddities(odd, seed=8)], first=SAMPLE)
    while asyncio.run(judging.judge_waiting()):
        pass
    ordinary_ids, odd_ids = later[:ordinary], later[ordinary:]
    say(store, ordinary_ids[::2], LabelValue.NORMAL)
    say(store, ordinary_ids[1::2], LabelValue.ARTEFACT)
    say(store, odd_ids, LabelValue.ANOMALY)
    return odd_ids, ordinary_ids


def in_the_dark(_number: int, one: Analysis) -> Analysis:
    """Every picture looks like the same one."""
    random = np.random.default_rng(_number)
    return replace(
        one,
        embedding=random.normal(size=len(one.embedding)).astype(np.float32),
        logits=random.normal(size=len(one.logits)).astype(np.float32),
        heads=dict.fromkeys(one.heads, 0.0),
        pixels=np.zeros(0, np.float16),
        miniature=np.zeros((0, 0), np.uint8),
    )


def test_the_same_sight_is_not_better(store: Store) -> None:
    a_sky(store)
    before = (store.events.last(), [store.verdicts.get(number) for number in range(1, SAMPLE + 55)])
    sight = Sight(store)
    found = compared(sight)
    assert (found.outcome, found.odd, found.normals) == (Outcome.NOT_BETTER, 14, 40)
    assert found.auroc == found.former_auroc
    assert (found.low, found.high) == (0.0, 0.0)
    assert found.former == "bundled"
    (told,) = sight.heard
    assert told.kind is EventKind.MODEL_COMPARED
    assert told.payload == found.facts()
    assert store.events.last() == told.sequence == before[0] + 1
    assert [store.verdicts.get(number) for number in range(1, SAMPLE + 55)] == before[1]
    assert store.analyses.count("sdss", NEW) == 0, "nothing is stored of it but the result"
    assert store.promotions.comparison(NEW, MODEL_ID) == found


def test_a_blind_one_is_worse_and_against_a_blind_one_sight_is_better(store: Store) -> None:
    odd, ordinary = a_sky(store)
    seen = store.analyses.get_many([*range(1, SAMPLE + 1), *odd, *ordinary])
    worse = compared(Sight(store, in_the_dark))
    assert worse.outcome is Outcome.NOT_BETTER
    assert worse.high is not None
    assert worse.high < 0.0
    for number, one in seen.items():
        store.analyses.replace(number, in_the_dark(number, one))
    better = compared(Sight(store, lambda number, _one: seen[number]))
    assert better.outcome is Outcome.BETTER
    assert better.auroc is not None
    assert better.former_auroc is not None
    assert better.low is not None
    assert better.auroc > better.former_auroc
    assert better.low > 0.0
    assert (better.auroc, better.former_auroc) == (worse.former_auroc, worse.auroc)
    assert better.pictures == worse.pictures
    assert "is better: AUROC" in better.words()


def test_what_takes_no_part(store: Store) -> None:
    odd, ordinary = a_sky(store)
    say(store, [1, 2, 3], LabelValue.NORMAL)  # in the calibration sample
    say(store, odd[:1], LabelValue.UNSURE)
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id = ?", (ordinary[0],))
    sight = Sight(store, broken={odd[1], 5})
    found = compared(sight)
    assert (found.odd, found.normals) == (12, 39)
    assert set(sight.asked) == {*range(1, SAMPLE + 1), *odd[1:], *ordinary[1:]}
    assert len(sight.asked) == len(set(sight.asked))


def test_too_few_labels_are_said_at_once(store: Store) -> None:
    a_sky(store, odd=9)
    sight = Sight(store)
    found = compared(sight)
    assert (found.outcome, found.odd, found.normals) == (Outcome.TOO_FEW, 9, 40)
    assert (found.auroc, found.low, found.pictures) == (None, None, "")
    assert "10 and 30 are needed" in found.words()
    assert sight.asked == []


def test_pictures_that_fail_can_leave_too_few(store: Store) -> None:
    odd, _ = a_sky(store, odd=10)
    found = compared(Sight(store, broken={odd[0]}))
    assert (found.outcome, found.odd, found.auroc) == (Outcome.TOO_FEW, 9, None)


def test_one_at_a_time_and_not_with_itself(store: Store) -> None:
    a_sky(store)

    async def two() -> None:
        reached = asyncio.Event()
        sight = Sight(store, on_measure=reached.set, busy=True)
        comparing = sight.comparing()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(comparing.compare("a", SETTINGS), name="first")
            await reached.wait()
            assert comparing.now == "a"
            with pytest.raises(BadData, match="a is being compared now"):
                await comparing.compare("b", SETTINGS)
            first.cancel()
        assert comparing.now == ""
        sight.model_id = MODEL_ID
        with pytest.raises(BadData, match="in use"):
            await comparing.compare("a", SETTINGS)

    asyncio.run(two())


def test_a_house_that_closes_ends_it_without_an_outcome(store: Store) -> None:
    a_sky(store)
    sight = Sight(store)
    comparing: Any = sight.comparing()
    sight.on_measure = comparing.give_up
    with pytest.raises(Unavailable, match="closes"):
        asyncio.run(comparing.compare("a", SETTINGS))
    assert sight.heard == []
    assert len(sight.asked) < 20
    assert store.promotions.comparison(NEW, MODEL_ID) is None
