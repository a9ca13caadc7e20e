"""A calibration is tried without a trace, and then does what it said."""

import asyncio

from astrolens.config.settings import DetectSettings
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.pipeline.calibrating import fit_newest
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals
from tests.pipeline.test_rejudging import events, judged_with_missed_oddities, judging, settle

run = asyncio.run


def test_a_trial_says_what_the_real_one_then_does(store: Store) -> None:
    one = judging(store)
    odd = judged_with_missed_oddities(store, one)
    before = (store.events.last(), [store.verdicts.get(number) for number in range(1, 180)])
    state = store.state.detector_state("sdss", MODEL_ID)
    tried = run(one.try_calibration("sdss"))
    assert tried is not None
    assert before == (store.events.last(), [store.verdicts.get(number) for number in range(1, 180)])
    assert store.state.detector_state("sdss", MODEL_ID) == state
    assert (tried.sample, tried.table.pictures) == (100, 179)
    named = {
        number
        for change in tried.table.changes()
        if change.new is Decision.ANOMALY and change.old is Decision.NORMAL
        for number in change.image_ids
    }
    assert len(named & set(odd)) >= 4
    told = len(events(store, EventKind.REJUDGED))
    one.order_calibration("sdss", "asked")
    settle(one)
    (event,) = events(store, EventKind.REJUDGED)[told:]
    assert event.payload["new"] == tried.table.new
    assert event.payload["gone"] == tried.table.gone


def test_too_few_pictures_have_no_calibration(store: Store) -> None:
    measured(store, normals(39))
    assert run(judging(store).try_calibration("sdss")) is None
    wanted = {"usable": 39, "fewest": 40}
    assert run(fit_newest(store, "sdss", MODEL_ID, DetectSettings(), **wanted)) is None
