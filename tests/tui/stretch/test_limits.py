"""Limits of what has none."""

import numpy as np

from astrolens.tui.stretch.limits import FULL_RANGE, Limits, limits_of


def test_an_array_of_nothing() -> None:
    nothing = np.full((3, 3), np.nan)
    assert {limits_of(nothing, limits) for limits in Limits} == {(0.0, 1.0), FULL_RANGE}


def test_a_share_is_left_out_on_both_sides() -> None:
    values = np.arange(1001.0)
    assert limits_of(values, Limits.P90) == (50.0, 950.0)
    assert limits_of(values, Limits.MINMAX) == (0.0, 1000.0)
