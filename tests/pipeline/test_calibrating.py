"""A fit takes the newest pictures, judges its own sample, and stores nothing."""

import asyncio

from astrolens.config.settings import DetectSettings
from astrolens.detect.by_bands import BandJudge, load_judge
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.review import Label, LabelValue
from astrolens.pipeline.calibrating import Fresh, fit_newest
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, in_band, measured, normals, oddities
from tests.store.samples import in_force

SETTINGS = DetectSettings(calibration_limit=100)


def test_the_newest_pictures_are_the_sample(store: Store) -> None:
    ids = measured(store, normals(60))
    fresh = asyncio.run(fit(store, usable=50))
    assert fresh.ids == tuple(ids[10:])
    assert [number for number, _ in fresh.judged()] == ids[10:]
    assert all(verdict.in_calibration for verdict in fresh.verdicts)
    assert store.state.detector_state("sdss", MODEL_ID) is None
    assert store.verdicts.get(ids[-1]) is None


def test_what_people_say_of_a_sample_holds_in_the_next(store: Store) -> None:
    ids = measured(store, [*normals(60), *oddities(4)])
    before = asyncio.run(fit(store, usable=64))
    assert set(before.oddest_first()[:4]) == set(ids[60:])
    assert sorted(before.oddest_first()) == ids
    for number, value in zip(ids[60:], ("anomaly", "artefact", "normal", "unsure"), strict=True):
        said = Label(image_id=number, value=LabelValue(value), reviewer="ada", made_at=iso(utc_now()))
        store.labels.add(said)
    after = asyncio.run(fit(store, usable=64))
    assert after.ids == (*ids[:60], *ids[62:])
    fresh = normals(30, seed=5)
    assert sum(one.p_value for one in after.judge.judge(fresh)) < sum(
        one.p_value for one in before.judge.judge(fresh)
    )
    assert after.facts("sdss", "why", 2.0)["pictures"] == 62


def test_what_was_called_normal_is_never_set_aside(store: Store) -> None:
    ids = measured(store, [*normals(60), *oddities(8)])
    wide = SETTINGS.model_copy(update={"contamination_limit": 0.2})
    assert asyncio.run(fit(store, 68, wide)).judge.presumed_odd > 0
    for number in ids[60:]:
        said = Label(image_id=number, value=LabelValue.NORMAL, reviewer="ada", made_at=iso(utc_now()))
        store.labels.add(said)
    assert asyncio.run(fit(store, 68, wide)).judge.presumed_odd == 0


def test_a_sample_of_several_band_sets_says_so(store: Store) -> None:
    measured(store, normals(60))
    assert "band_sets" not in asyncio.run(fit(store, usable=60)).facts("sdss", "why", 2.0)
    in_band(store, normals(20, seed=8), "r")
    said = asyncio.run(fit(store, usable=80)).facts("sdss", "why", 2.0)
    assert sorted(said["band_sets"].values()) == [20, 60]
    assert sorted(said["mixed"]) == sorted(said["band_sets"])  # neither has the 500 that are wanted


def test_a_band_set_with_pictures_enough_has_its_own_calibration(store: Store) -> None:
    measured(store, normals(60))
    in_band(store, normals(45, seed=8), "r")
    some = DetectSettings(calibration_images=50, calibration_limit=200)
    fresh = asyncio.run(fit(store, 105, some))
    said = fresh.facts("sdss", "why", 2.0)
    assert said["mixed"] == ["r"]
    assert said["state_id"] == fresh.judge.state.state_id
    in_force(store, fresh.judge.state)
    kept = store.state.detector_state("sdss", MODEL_ID)
    assert kept is not None
    again = load_judge(kept, some)
    assert isinstance(again, BandJudge)
    assert len(again.band_sets) == 1
    found = list(store.analyses.get_many(fresh.ids).values())
    assert again.judge(found) == fresh.judge.judge(found)
    in_band(store, normals(5, seed=9), "r", first=45)
    assert asyncio.run(fit(store, 110, some)).facts("sdss", "why", 2.0)["mixed"] == []


async def fit(store: Store, usable: int, settings: DetectSettings = SETTINGS) -> Fresh:
    made = await fit_newest(store, "sdss", MODEL_ID, settings, usable=usable, fewest=40)
    assert made is not None
    return made
