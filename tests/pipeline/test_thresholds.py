"""Labels move a threshold towards its budget; nothing else does, and each move is told."""

import asyncio

from astrolens.config.settings import DetectSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.review import Label, LabelValue
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.thresholds import Thresholds
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals, oddities

run = asyncio.run
SETTINGS = DetectSettings(calibration_images=60, calibration_limit=100, budget_per_1000=20.0)


def _judged(store: Store, settings: DetectSettings = SETTINGS) -> Judging:
    one = Judging(store, settings, MODEL_ID, Announcer(store))
    _settle(one)
    return one


def _settle(one: Judging) -> None:
    for _ in range(20):
        if not run(one.judge_waiting()):
            return


def _call(store: Store, value: LabelValue) -> int:
    flagged = store.verdicts.ids_with("sdss", (Decision.ANOMALY,))
    for image_id in flagged:
        store.labels.add(Label(image_id=image_id, value=value, reviewer="me", made_at=iso(utc_now())))
    return len(flagged)


def _moves(store: Store) -> list[dict[str, object]]:
    return [dict(event.payload) for event in store.events.after(0) if event.kind is EventKind.THRESHOLD_MOVED]


def test_false_alarms_tighten_and_it_outlives_the_process(store: Store) -> None:
    measured(store, normals(130))
    one = _judged(store)
    measured(store, oddities(30), first=1000)
    _settle(one)
    assert _moves(store) == []
    assert _call(store, LabelValue.NORMAL) >= 10
    _settle(one)
    (move,) = _moves(store)
    assert move["from_per_1000"] == 20.0
    assert move["to_per_1000"] == 16.0
    decided = [store.verdicts.get(number) for number in store.verdicts.ids_with("sdss", (Decision.ANOMALY,))]
    assert decided
    assert all(one is not None and one.p_value <= 0.016 for one in decided)
    assert "false alarms" in str(move["reason"])
    _settle(one)
    assert len(_moves(store)) == 1
    again = _judged(store)
    judge = run(again.judge_of("sdss"))
    assert judge is not None
    assert judge.settings.budget_per_1000 == 16.0
    kept = store.state.get("threshold/sdss")
    assert isinstance(kept, dict)
    store.state.put("threshold/sdss", kept | {"open": True})  # killed between the move and its verdicts
    thresholds = Thresholds(store, Announcer(store))
    assert run(thresholds.follow("sdss", SETTINGS))
    run(thresholds.followed("sdss", SETTINGS))
    assert not run(thresholds.follow("sdss", SETTINGS))
    assert len(_moves(store)) == 1


def test_findings_without_labels_or_with_the_setting_off_move_nothing(store: Store) -> None:
    measured(store, normals(130))
    measured(store, oddities(30), first=1000)
    off = _judged(store, SETTINGS.model_copy(update={"adaptive_threshold": False}))
    _call(store, LabelValue.NORMAL)
    _settle(off)
    judge = run(off.judge_of("sdss"))
    assert judge is not None
    assert judge.settings.budget_per_1000 == 20.0
    assert _moves(store) == []


def test_what_another_budget_flagged_is_no_evidence_about_this_one(store: Store) -> None:
    measured(store, normals(800, seed=3))
    wide = SETTINGS.model_copy(update={"budget_per_1000": 100.0})
    _judged(store, wide)
    assert _call(store, LabelValue.NORMAL) >= 50
    narrow = _judged(store, SETTINGS)
    measured(store, normals(5, seed=9), first=5000)
    _settle(narrow)
    assert _moves(store) == []


def test_rules_that_hold_pictures_back_do_not_widen_the_threshold(store: Store) -> None:
    settings = SETTINGS.model_copy(update={"top_per_night": 12, "budget_per_1000": 50.0})
    measured(store, normals(1500))
    one = _judged(store, settings)
    measured(store, oddities(12), first=5000)
    _settle(one)
    assert _call(store, LabelValue.ANOMALY) == 12
    _settle(one)
    assert _moves(store) == []
