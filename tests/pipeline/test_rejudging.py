"""After a calibration earlier pictures are judged again in the background, and what changed is told once."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import DetectSettings
from astrolens.domain.detection import Decision
from astrolens.domain.event import Event, EventKind
from astrolens.domain.turnover import Turnover
from astrolens.pipeline import rejudging
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.judging import Judging
from astrolens.store.store import Store, open_store
from tests.pipeline.pictures import MODEL_ID, killed, measured, normals, oddities

run = asyncio.run
SETTINGS = DetectSettings(calibration_images=60, calibration_limit=100, budget_per_1000=20.0)


def judging(store: Store, settings: DetectSettings = SETTINGS) -> Judging:
    return Judging(store, settings, MODEL_ID, Announcer(store))


def settle(one: Judging) -> None:
    for _ in range(60):
        if not run(one.judge_waiting()):
            return
    raise AssertionError("it turns for ever")


def events(store: Store, kind: EventKind) -> list[Event]:
    return [event for event in store.events.after(0) if event.kind is kind]


def call_normal(store: Store, ids: list[int]) -> None:
    """As if an earlier calibration had thought nothing of them."""
    for image_id in ids:
        verdict = store.verdicts.get(image_id)
        assert verdict is not None
        store.verdicts.put(
            image_id, replace(verdict, decision=Decision.NORMAL, p_value=0.5, sigma=0.7, state_id="former")
        )


def judged_with_missed_oddities(store: Store, one: Judging) -> list[int]:
    measured(store, normals(60))
    settle(one)
    odd = measured(store, oddities(6), first=60)
    settle(one)
    measured(store, normals(110, seed=5), first=66)  # newer than the oddities: these make the next sample
    settle(one)
    call_normal(store, odd)
    for image_id in odd:
        store.announcements.finish([image_id])
    measured(store, normals(3, seed=9), first=176)  # or the next calibration would be the same as this one
    settle(one)
    return odd


def test_a_calibration_finds_what_an_earlier_one_missed_and_says_so_once(store: Store) -> None:
    one = judging(store)
    odd = judged_with_missed_oddities(store, one)
    before = len(events(store, EventKind.REJUDGED))
    one.order_calibration("sdss", "asked for by a person")
    settle(one)
    judge = run(one.judge_of("sdss"))
    assert judge is not None
    (event,) = events(store, EventKind.REJUDGED)[before:]
    found = store.announcements.due()
    assert set(found) <= set(odd)
    assert len(found) >= 4
    assert set(found) <= set(event.payload["new_ids"])  # type: ignore[call-overload]
    assert event.payload["pictures"] == 179  # the sample of 100, and 79 others
    assert event.payload["reason"] == "asked for by a person"
    assert all(
        verdict and verdict.state_id == judge.state.state_id for verdict in map(store.verdicts.get, odd)
    )
    history = store.verdicts.history(found[0])
    assert history[-1]["state_id"] == "former"
    settle(one)
    assert len(events(store, EventKind.REJUDGED)) == before + 1


def test_no_more_than_the_limit_is_judged_again_the_newest_first(store: Store) -> None:
    one = judging(store, SETTINGS.model_copy(update={"rejudge_images": 20}))
    judged_with_missed_oddities(store, one)
    before = len(events(store, EventKind.REJUDGED))
    one.order_calibration("sdss", "asked")
    settle(one)
    (event,) = events(store, EventKind.REJUDGED)[before:]
    flagged = 100 + 20  # and what was flagged outside of the sample
    assert flagged <= event.payload["pictures"] < 150  # type: ignore[operator]


def test_a_pass_goes_on_after_a_kill(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(paths)
    monkeypatch.setattr(rejudging, "BATCH", 30)
    one = judging(store)
    judged_with_missed_oddities(store, one)
    one.order_calibration("sdss", "asked")
    run(one.judge_waiting())  # calibrates, and judges the first 30 again
    before = len(events(store, EventKind.REJUDGED))
    killed(store)
    with contextlib.closing(open_store(paths)) as reopened:
        settle(judging(reopened))
        (event,) = events(reopened, EventKind.REJUDGED)[before:]
    assert event.payload["pictures"] == 179


def test_a_first_calibration_has_nothing_to_say(store: Store) -> None:
    one = judging(store)
    measured(store, normals(60))
    settle(one)
    assert events(store, EventKind.REJUDGED) == []


def test_an_event_names_what_is_new() -> None:
    old = dict.fromkeys((1, 2, 3), Decision.NORMAL)
    table = Turnover.between(old, [(1, Decision.ANOMALY), (2, Decision.NORMAL), (3, Decision.NEAR_MISS)])
    told = rejudging.told(table)
    assert (told["pictures"], told["new"], told["new_ids"], told["gone"]) == (3, 1, [1], 0)
    assert {"old": "normal", "new": "normal", "count": 1} in told["table"]  # type: ignore[operator]
