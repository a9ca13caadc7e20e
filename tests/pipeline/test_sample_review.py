"""Anomalies hide in the sample that they spoil; the queue asks about its oddest, and labels bring a new calibration."""

import asyncio

import pytest

from astrolens.config.settings import DetectSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.review import Label, LabelValue
from astrolens.pipeline import sample_review
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.calibrating import fit_newest
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.sample_review import SampleReview
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals, oddities

run = asyncio.run
SETTINGS = DetectSettings(
    calibration_images=100, calibration_limit=200, budget_per_1000=20.0, near_miss_factor=1.0, sample_looks=12
)


def settle(one: Judging) -> None:
    for _ in range(20):
        if not run(one.judge_waiting()):
            return
    pytest.fail("it turns for ever")


def say(store: Store, image_id: int, value: LabelValue) -> None:
    store.labels.add(Label(image_id=image_id, value=value, reviewer="ada", made_at=iso(utc_now())))


def reasons(store: Store) -> list[object]:
    events = store.events.after(0)
    return [event.payload["reason"] for event in events if event.kind is EventKind.CALIBRATED]


def asked(store: Store) -> list[int]:
    return [row["id"] for row in store.review.of_samples(1000)]


def called(one: Judging) -> int:
    """How many of twenty new oddities the calibration in force calls anomalies."""
    judge = run(one.judge_of("sdss"))
    assert judge is not None
    verdicts = judge.judge(oddities(20, seed=9))
    return sum(verdict.decision is Decision.ANOMALY for verdict in verdicts)


def test_a_spoilt_calibration_is_cured_by_looking_at_what_the_queue_asks(store: Store) -> None:
    ids = measured(store, [*normals(92), *oddities(8)])
    odd = set(ids[92:])
    one = Judging(store, SETTINGS, MODEL_ID, Announcer(store))
    settle(one)
    before = called(one)
    hidden = [store.verdicts.get(number) for number in asked(store)]
    assert sum(verdict is not None and verdict.decision is Decision.NORMAL for verdict in hidden) >= 8
    assert len(odd.intersection(asked(store))) >= 7
    while waiting := asked(store):
        for number in waiting:
            say(store, number, LabelValue.ANOMALY if number in odd else LabelValue.NORMAL)
        settle(one)
    assert 2 <= len(reasons(store)) <= 3
    assert str(reasons(store)[1]).startswith("people called ")
    judge = run(one.judge_of("sdss"))
    assert judge is not None
    assert judge.state.calibrated <= 93
    after = called(one)
    assert (before <= 6, after >= 15) == (True, True), (before, after)


def test_it_waits_for_ten_or_for_all_or_for_a_pause(store: Store) -> None:
    now = [0.0]
    ids = measured(store, normals(60))
    made = run(fit_newest(store, "sdss", MODEL_ID, SETTINGS, usable=60, fewest=40))
    assert made is not None
    store.verdicts.put_many(made.judged())
    review = SampleReview(store, MODEL_ID, clock=lambda: now[0])
    run(review.begin("sdss", made, looks=12))
    order = made.oddest_first()
    assert asked(store) == order[:12]
    assert run(review.due()) == []
    say(store, order[0], LabelValue.ARTEFACT)
    assert run(review.due()) == []
    now[0] = sample_review._PAUSE_S
    assert run(review.due()) == [("sdss", "people called 1 picture of its sample odd")]
    assert run(review.due()) == []  # once, until somebody labels again
    for number in order[1:11]:
        assert run(review.due()) == []
        say(store, number, LabelValue.NORMAL)
    assert asked(store) == [order[11]]
    say(store, order[11], LabelValue.UNSURE)
    assert run(review.due()) == [("sdss", "people called 1 picture of its sample odd")]
    for number in ids[:20]:
        say(store, number, LabelValue.ANOMALY)
    ((_, reason),) = run(review.due())
    assert reason.startswith("people called 2")
    run(review.begin("sdss", made, looks=0))
    assert asked(store) == []
    for number in order:
        say(store, number, LabelValue.NORMAL)
    say(store, order[0], LabelValue.ANOMALY)
    assert run(review.due()) == []  # nobody was asked: one label alone waits for the pause
    other = SampleReview(store, "another-model", clock=lambda: now[0])
    assert run(other.due()) == []
    now[0] *= 3
    assert run(other.due()) == []
    assert len(run(review.due())) == 1
