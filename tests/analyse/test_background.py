"""The sky is found under galaxies, thinned samples and missing pixels."""

import numpy as np
import pytest

from astrolens.analyse.background import sky_of
from tests.analyse.galaxies import noise, sersic


def test_level_and_scatter_of_noise() -> None:
    sky = sky_of((100.0 + noise(5.0, size=200)).astype(np.float32))
    assert sky.level == pytest.approx(100.0, abs=0.15)
    assert sky.sigma == pytest.approx(5.0, rel=0.04)


def test_a_galaxy_hardly_moves_it() -> None:
    plane = 100.0 + noise(5.0) + sersic(index=2.0, radius=6.0, light=100.0)
    sky = sky_of(plane.astype(np.float32))
    assert sky.level == pytest.approx(100.0, abs=1.0)


def test_missing_pixels_are_left_out() -> None:
    plane = (10.0 + noise(1.0)).astype(np.float32)
    plane[:60] = np.nan
    assert sky_of(plane).level == pytest.approx(10.0, abs=0.1)


def test_large_planes_are_thinned_over_all_columns() -> None:
    plane = np.tile(np.arange(400, dtype=np.float32), (400, 1))
    assert sky_of(plane).level == pytest.approx(199.5, abs=3.0)


def test_nothing_known() -> None:
    sky = sky_of(np.full((4, 4), np.nan, np.float32))
    assert (sky.level, sky.sigma) == (0.0, 0.0)


def test_a_constant_has_no_scatter() -> None:
    sky = sky_of(np.full((9, 9), 3.0, np.float32))
    assert (sky.level, sky.sigma) == (3.0, 0.0)


def test_extreme_values_do_not_overflow() -> None:
    plane = np.array([-3e38, 0.0, 3e38], dtype=np.float32)
    assert np.isfinite(sky_of(plane).level)
