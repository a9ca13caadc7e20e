"""Look-ups at two sizes of a store."""

import pytest

from astrolens.bench.growth import bench_growth
from astrolens.config.settings import DetectSettings, Settings
from astrolens.models.encoder import Encoder
from tests.bench.conftest import silent

SETTINGS = Settings(detect=DetectSettings(calibration_images=100, calibration_limit=100))


@pytest.mark.timeout(60)
def test_each_size_has_its_times(encoder: Encoder) -> None:
    found = bench_growth(encoder, SETTINGS, seed=1, largest=11_000, progress=silent)
    assert list(found["stored"]) == ["10000", "11000"]
    for times in found["stored"].values():
        assert times["neighbours"]["wall_ms"]["median"] > 0.0
        assert times["p_value"]["wall_ms"]["median"] > 0.0
        assert times["recall_at_10"] == 1.0
        assert not times["is_graph"]
    assert found["judge"]["calibrated"] == 100


def test_nothing_asked_nothing_measured(encoder: Encoder) -> None:
    assert bench_growth(encoder, SETTINGS, seed=1, largest=0, progress=silent) == {}
