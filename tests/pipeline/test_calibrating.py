"""A fit takes the newest pictures, judges its own sample, and stores nothing."""

import asyncio

from astrolens.config.settings import DetectSettings
from astrolens.pipeline.calibrating import Fresh, fit_newest
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals

SETTINGS = DetectSettings(calibration_limit=100)


def test_the_newest_pictures_are_the_sample(store: Store) -> None:
    ids = measured(store, normals(60))
    fresh = asyncio.run(fit(store, usable=50))
    assert fresh.ids == tuple(ids[10:])
    assert [number for number, _ in fresh.judged()] == ids[10:]
    assert all(verdict.in_calibration for verdict in fresh.verdicts)
    assert store.state.detector_state("sdss", MODEL_ID) is None
    assert store.verdicts.get(ids[-1]) is None


async def fit(store: Store, usable: int) -> Fresh:
    made = await fit_newest(store, "sdss", MODEL_ID, SETTINGS, usable=usable, fewest=40)
    assert made is not None
    return made
