"""The benchmark of cost on a small sky."""

import pytest

from astrolens.bench.sets import LabelledSet
from astrolens.bench.speed import bench_speed
from astrolens.config.settings import Settings
from tests.bench.conftest import silent


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_ours_beside_the_yardstick(small_sky: LabelledSet) -> None:
    settings = Settings().model_copy(update={"analyse": Settings().analyse.model_copy(update={"batch": 4})})
    found = bench_speed(small_sky, settings, seed=1, rounds=1, largest=0, processes=1, progress=silent)
    assert found["growth"] == {}
    assert found["on_one_core"] is True
    for name in ("batch_1", "batch_4"):
        table = found[name]
        assert table["times_cheaper"] > 2.0
        assert table["cpu_ms"]["median"] > 0.8 * table["stages_cpu_ms"]["network"]["median"]
