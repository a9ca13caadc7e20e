"""What is not known does not count."""

import numpy as np

from astrolens.tui.negative import TOGETHER, Negative
from astrolens.tui.stretch.limits import Limits
from tests.tui.fake_pixels import a_cut


def test_holes_are_dark_and_have_no_value() -> None:
    negative = Negative(a_cut(1, bands=3))
    assert np.isfinite(negative.planes).all()
    assert negative.planes[1, 0, 0] == negative.planes[1].min()
    assert negative.value(0, 0, 1) is None
    assert negative.value(-1, 5, 0) is None
    assert negative.value(64, 64, 0) == float(negative.planes[0, 64, 64])


def test_limits_are_of_one_plane_or_of_all() -> None:
    negative = Negative(a_cut(1, bands=3))
    tops = [negative.limits(band, Limits.MINMAX)[1] for band in range(3)]
    assert negative.limits(TOGETHER, Limits.MINMAX)[1] == max(tops)
    assert negative.size_bytes == 2 * 3 * 128 * 128 * 4
