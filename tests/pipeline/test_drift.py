"""A source that changes is noticed, told once, and calibrated anew when that is wished."""

import asyncio
from typing import Literal

import numpy as np
import pytest

from astrolens.config.settings import DetectSettings
from astrolens.detect.drift import Drift, DriftWord
from astrolens.detect.places import CELLS, VIEWS
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.drift import alarm_holds, drift_key
from astrolens.pipeline.judging import Judging
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals, oddities

run = asyncio.run


def _judging(store: Store, on_drift: Literal["tell", "recalibrate"]) -> Judging:
    settings = DetectSettings(
        calibration_images=60, calibration_limit=120, budget_per_1000=20.0, on_drift=on_drift
    )
    return Judging(store, settings, MODEL_ID, Announcer(store))


def _settle(one: Judging) -> None:
    for _ in range(20):
        if not run(one.judge_waiting()):
            return
    raise AssertionError("it never ends")


def _payloads(store: Store, kind: EventKind) -> list[dict[str, object]]:
    return [dict(event.payload) for event in store.events.after(0) if event.kind is kind]


def _calibrated(store: Store, on_drift: Literal["tell", "recalibrate"]) -> Judging:
    one = _judging(store, on_drift)
    measured(store, normals(130))
    _settle(one)
    return one


def test_an_unchanged_source_is_not_disturbed(store: Store) -> None:
    one = _calibrated(store, "recalibrate")
    calibrated = len(_payloads(store, EventKind.CALIBRATED))
    measured(store, normals(200, seed=107), first=1000)
    _settle(one)
    assert _payloads(store, EventKind.DRIFT) == []
    assert store.state.get(drift_key("sdss"))["word"] == "none"
    assert len(_payloads(store, EventKind.CALIBRATED)) == calibrated


def test_a_change_is_told_once_and_outlives_the_process(store: Store) -> None:
    one = _calibrated(store, "tell")
    measured(store, oddities(40, seed=207), first=2000)
    _settle(one)
    (told,) = _payloads(store, EventKind.DRIFT)
    assert told["source"] == "sdss"
    assert told["direction"]
    assert store.state.get(drift_key("sdss"))["word"] == "alarm"
    again = _judging(store, "tell")
    measured(store, oddities(10, seed=307), first=3000)
    _settle(again)
    assert len(_payloads(store, EventKind.DRIFT)) == 1
    assert Drift.restore(store.state.get(drift_key("sdss"))).word is DriftWord.ALARM


def test_it_is_calibrated_on_what_came_after(store: Store) -> None:
    one = _calibrated(store, "recalibrate")
    measured(store, oddities(110, seed=207), first=2000)
    _settle(one)
    newest = _payloads(store, EventKind.CALIBRATED)[-1]
    assert "it changed" in str(newest["reason"])
    assert 60 <= int(str(newest["pictures"])) <= 110
    assert store.state.get(drift_key("sdss"))["word"] in ("alarm", "none")
    measured(store, oddities(20, seed=407), first=4000)
    _settle(one)
    assert store.state.get(drift_key("sdss"))["word"] == "none"
    assert len(_payloads(store, EventKind.DRIFT)) == 1


@pytest.mark.parametrize(
    "kept", [{"nonsense": 1}, {"counts": [[[0] * CELLS] * 5] * len(VIEWS), "wealth": "x"}]
)
def test_damaged_memory_begins_anew(store: Store, kept: dict[str, object]) -> None:
    one = _calibrated(store, "tell")
    store.state.put(drift_key("sdss"), kept)
    again = _judging(store, "tell")
    measured(store, normals(5, seed=507), first=5000)
    _settle(again)
    facts = store.state.get(drift_key("sdss"))
    assert facts["seen"] == 5
    assert np.array(facts["counts"]).sum() == 125 * len(VIEWS)
    assert not one.busy


def test_pictures_from_before_a_change_keep_their_verdicts(store: Store) -> None:
    """They are ordinary for the source as it was; the new calibration does not know them."""
    one = _calibrated(store, "recalibrate")
    old = store.verdicts.ids_with("sdss", tuple(Decision))
    before = {number: store.verdicts.get(number) for number in old}
    measured(store, oddities(110, seed=207), first=2000)
    _settle(one)
    assert "it changed" in str(_payloads(store, EventKind.CALIBRATED)[-1]["reason"])
    after = {number: store.verdicts.get(number) for number in old}
    changed = [number for number in old if before[number] != after[number]]
    assert changed == []


def test_a_person_who_calibrates_after_an_alarm_gets_what_came_after(store: Store) -> None:
    one = _calibrated(store, "tell")
    measured(store, oddities(110, seed=207), first=2000)
    _settle(one)
    tried = run(one.try_calibration("sdss"))
    one.order_calibration("sdss", "by hand")
    _settle(one)
    newest = _payloads(store, EventKind.CALIBRATED)[-1]
    assert newest["reason"] == "by hand"
    assert 60 <= int(str(newest["pictures"])) <= 110
    assert tried is not None
    assert tried.sample == newest["pictures"]


def test_a_source_that_grows_while_an_alarm_holds_is_not_calibrated_by_itself(store: Store) -> None:
    """A calibration on pictures of both kinds would hide the change and end the alarm."""
    settings = DetectSettings(calibration_images=60, calibration_limit=2000, budget_per_1000=20.0)
    one = Judging(store, settings, MODEL_ID, Announcer(store))
    measured(store, normals(130))
    _settle(one)
    calibrated = len(_payloads(store, EventKind.CALIBRATED))
    measured(store, oddities(40, seed=207), first=2000)
    _settle(one)
    assert len(_payloads(store, EventKind.DRIFT)) == 1
    judge = run(one.judge_of("sdss"))
    assert judge is not None
    assert alarm_holds(store, "sdss", judge.state.state_id)
    measured(store, oddities(200, seed=307), first=3000)
    _settle(one)
    assert len(_payloads(store, EventKind.CALIBRATED)) == calibrated
    assert not alarm_holds(store, "sdss", "another")
