"""Shapes for a person come after the verdict and change none."""

import asyncio
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from astrolens.config.paths import Paths
from astrolens.detect.features import Features
from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.pipeline.late_shapes import LateShapes
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store, open_store
from tests.store.samples import a_morphology, a_verdict, an_analysis, judged

NAN = float("nan")
BARE = replace(
    a_morphology(), **dict.fromkeys(Morphology.number_names(), NAN) | {"sky": 0.1, "sky_sigma": 0.02},
    flags=MorphologyFlag.NOT_ASKED,
)  # fmt: skip


@dataclass
class Shapes:
    broken: set[int] = field(default_factory=set)

    async def measure(self, record: ImageRecord) -> Morphology:
        if record.image_id in self.broken:
            raise BadData("no picture any more")
        return replace(a_morphology(3.0), sky=9.0)


def flagged(store: Store) -> list[int]:
    ids = judged(store, [a_verdict(4.0, decision=Decision.ANOMALY) for _ in range(3)])
    for number in ids:
        store.analyses.replace(number, replace(an_analysis(number), morphology=BARE))
    return ids


def test_what_was_flagged_gets_its_shape(paths: Paths) -> None:
    store = open_store(paths)
    ids = flagged(store)
    late = LateShapes(store, Shapes({ids[1]}).measure, "model-1")
    assert asyncio.run(late.sweep()) == 3
    assert asyncio.run(late.sweep()) == 0
    found = store.analyses.get_many(ids)
    assert found[ids[0]].morphology.asymmetry == a_morphology(3.0).asymmetry
    assert found[ids[0]].morphology.sky == pytest.approx(0.1)
    assert np.isnan(found[ids[1]].morphology.asymmetry)
    assert all(one.morphology.flags & MorphologyFlag.LATER for one in found.values())
    store.close()


def test_detectors_do_not_read_it() -> None:
    early = replace(an_analysis(1), morphology=BARE)
    late = replace(
        an_analysis(1),
        morphology=replace(a_morphology(3.0), sky=0.1, sky_sigma=0.02, flags=MorphologyFlag.LATER),
    )
    np.testing.assert_array_equal(Features.stack([early]).shapes, Features.stack([late]).shapes)
