"""Gini and M20 of distributions with known answers."""

import numpy as np
import pytest

from astrolens.analyse.gini_m20 import gini, m20, petrosian_segment
from astrolens.analyse.radii import Ellipse
from tests.analyse.galaxies import sersic


def test_gini_of_equal_and_of_single() -> None:
    assert gini(np.ones(50, np.float32)) == pytest.approx(0.0, abs=1e-12)
    single = np.zeros(50, np.float32)
    single[7] = 3.0
    assert gini(single) == pytest.approx(1.0)


def test_gini_of_a_ramp() -> None:
    assert gini(np.arange(1, 1001, dtype=np.float32)) == pytest.approx(1.0 / 3.0, abs=1e-3)


def test_gini_does_not_care_for_the_unit() -> None:
    values = np.random.default_rng(0).exponential(size=300).astype(np.float32)
    assert gini(values) == pytest.approx(gini(values * 1000), rel=1e-5)


@pytest.mark.parametrize("values", [np.zeros(5, np.float32), np.ones(1, np.float32), np.ones(0, np.float32)])
def test_gini_of_too_little(values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    assert np.isnan(gini(values))


def test_m20_of_a_disk_of_equal_pixels_with_a_bright_middle() -> None:
    rows, columns = np.nonzero(np.hypot(*np.mgrid[-20:21, -20:21]) <= 20)
    distance = np.hypot(rows - 20, columns - 20)
    bright = distance <= 3.0
    values = np.where(bright, 50.0, 1.0).astype(np.float32)
    # The brightest fifth lies wholly inside the bright middle, all of which shares one value.
    inner = (50.0 * distance[bright] ** 2).sum()
    want = np.log10(inner / (inner + (distance[~bright] ** 2).sum()))
    assert m20(values, rows, columns) == pytest.approx(want, abs=1e-6)


def test_m20_grows_with_a_bright_knot_far_out() -> None:
    rows, columns = (axis.reshape(-1) for axis in np.mgrid[:41, :41])
    smooth = np.exp(-np.hypot(rows - 20, columns - 20) / 5.0).astype(np.float32)
    knot = smooth + 4.0 * (np.hypot(rows - 32, columns - 20) < 1.5).astype(np.float32)
    assert m20(knot, rows, columns) > m20(smooth, rows, columns) + 0.3


def test_m20_of_no_light() -> None:
    place = np.arange(3)
    assert np.isnan(m20(np.zeros(3, np.float32), place, place))


def test_segment_follows_the_petrosian_ellipse() -> None:
    plane = sersic(radius=10.0, ellipticity=0.5, angle=0.5).astype(np.float32)
    ellipse = Ellipse(row=60.0, column=60.0, axis_ratio=0.5, angle=0.5)
    segment = petrosian_segment(plane, ellipse, 21.6)
    assert segment is not None
    assert np.count_nonzero(segment) == pytest.approx(np.pi * 21.6 * 10.8, rel=0.25)


def test_no_segment_on_a_plain_or_beyond_the_stamp() -> None:
    ellipse = Ellipse(row=20.0, column=20.0)
    assert petrosian_segment(np.zeros((41, 41), np.float32), ellipse, 8.0) is None
    assert petrosian_segment(np.ones((41, 41), np.float32), ellipse, 80.0) is None
