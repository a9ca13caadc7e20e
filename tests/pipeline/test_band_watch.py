"""A source that begins to send pictures in other bands is calibrated for them as soon as there are enough."""

import asyncio
from dataclasses import replace

from astrolens.config.settings import DetectSettings
from astrolens.detect.by_bands import BandJudge
from astrolens.detect.stage import Judge
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.band_watch import BandWatch
from astrolens.pipeline.judging import Judging
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, in_band, measured, normals

run = asyncio.run
SETTINGS = DetectSettings(calibration_images=40, calibration_limit=400)


def judging(store: Store) -> Judging:
    return Judging(store, SETTINGS, MODEL_ID, Announcer(store))


def settle(one: Judging) -> None:
    for _ in range(40):
        if not run(one.judge_waiting()):
            return
    raise AssertionError("turns without end")


def calibrated(store: Store) -> list[dict[str, object]]:
    return [dict(one.payload) for one in store.events.after(0) if one.kind is EventKind.CALIBRATED]


def test_a_filter_that_is_new_gets_its_own_calibration_when_there_is_enough_of_it(store: Store) -> None:
    measured(store, normals(60))
    settle(judging(store))
    in_band(store, normals(30, seed=5), "r")
    one = judging(store)
    settle(one)
    assert len(calibrated(store)) == 1
    in_band(store, normals(9, seed=6), "r", first=30)
    settle(judging(store))  # counted over a restart
    assert len(calibrated(store)) == 1
    in_band(store, normals(1, seed=7), "r", first=39)
    one = judging(store)
    settle(one)
    last = calibrated(store)[-1]
    assert last["reason"] == "it has 40 pictures in r now"
    assert last["mixed"] == []
    judge = run(one.judge_of("sdss"))
    assert isinstance(judge, BandJudge)
    assert len(judge.band_sets) == 2
    assert len(calibrated(store)) == 2
    states = {verdict.state_id for number in range(1, 101) if (verdict := store.verdicts.get(number))}
    assert states == {judge.state.state_id}  # what was judged among others is judged again


def test_a_source_of_one_band_set_is_left_alone(store: Store) -> None:
    in_band(store, normals(60), "r")
    one = judging(store)
    settle(one)
    in_band(store, normals(50, seed=5), "r", first=60)
    settle(one)
    assert [one["reason"] for one in calibrated(store)] == ["first 60 pictures of this source"]
    assert type(run(one.judge_of("sdss"))) is Judge
    assert store.state.get("bands/sdss", {})["others"] == {}


def test_too_few_among_the_newest_are_asked_about_only_after_as_many_more(store: Store) -> None:
    one = BandWatch(store)
    store.state.put("bands/sdss", {"state_id": "a", "apart": ["r"], "others": {}})
    few = [replace(picture, bands="i") for picture in normals(25)]
    assert run(one.arrived("sdss", "a", few, 40)) == ""
    assert run(one.arrived("sdss", "another", few, 40)) == ""
    assert run(one.arrived("sdss", "a", few, 40)) == "it has 50 pictures in i now"
    known = [replace(picture, bands="r") for picture in normals(90)]
    assert run(BandWatch(store).arrived("sdss", "a", known, 40)) == ""
    assert run(BandWatch(store).arrived("sdss", "a", [], 40)) == ""
    unknown = [replace(picture, bands="") for picture in normals(60)]
    assert (
        run(BandWatch(store).arrived("sdss", "a", unknown, 40)) == "it has 60 pictures in unknown bands now"
    )
