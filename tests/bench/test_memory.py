"""The benchmark of memory on a small sky."""

import pytest

from astrolens.bench.memory import bench_memory
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from tests.bench.conftest import silent


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.timeout(60)
def test_parent_and_child_are_watched(small_sky: LabelledSet) -> None:
    found = bench_memory(small_sky, Settings(), images=200, processes=1, progress=silent)
    assert found["images"] == 200
    for name in ("parent", "child"):
        low, high = found[name]["slope_95"]
        assert low <= found[name]["slope_mb_per_1000"] <= high
        assert found[name]["last_mb"] < 4000.0
