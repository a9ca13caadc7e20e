"""Growth curves against exact geometry and profiles with known answers."""

from math import pi

import numpy as np
import pytest

from astrolens.analyse.radii import Ellipse, growth, petrosian_radius
from tests.analyse.galaxies import sersic


def curve_of(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]], ellipse: Ellipse):  # type: ignore[no-untyped-def]
    values = plane.astype(np.float32)
    return growth(values, np.zeros(values.shape, np.bool_), ellipse)


@pytest.mark.parametrize("radius", [1.5, 3.3, 5.9, 6.4, 12.7, 40.0])
@pytest.mark.parametrize("centre", [(60.0, 60.0), (60.3, 59.6)])
def test_area_of_a_circle(radius: float, centre: tuple[float, float]) -> None:
    curve = curve_of(np.ones((121, 121)), Ellipse(row=centre[0], column=centre[1]))
    assert curve.flux_within(radius) == pytest.approx(pi * radius**2, rel=0.02)
    assert curve.area[-1] == pytest.approx(121**2)


def test_area_of_an_ellipse() -> None:
    curve = curve_of(np.ones((121, 121)), Ellipse(row=60.0, column=60.0, axis_ratio=0.5, angle=0.6))
    assert curve.flux_within(30.0) == pytest.approx(pi * 30.0 * 15.0, rel=0.02)


def test_shares_of_an_exponential_disk() -> None:
    # Half of the light of a Sersic profile lies within its effective radius.
    curve = curve_of(sersic(index=1.0, radius=10.0, size=201), Ellipse(row=100.0, column=100.0))
    assert curve.radius_of(0.5, 100.0) == pytest.approx(10.0, rel=0.02)


def test_petrosian_radius_of_an_exponential_disk() -> None:
    # eta = 0.2 at 2.16 effective radii for n = 1 (Graham et al. 2005, table 1).
    curve = curve_of(sersic(index=1.0, radius=10.0, size=201), Ellipse(row=100.0, column=100.0))
    assert petrosian_radius(curve) == pytest.approx(21.6, rel=0.02)


def test_no_petrosian_radius_on_a_plain() -> None:
    assert np.isnan(petrosian_radius(curve_of(np.ones((40, 40)), Ellipse(row=20.0, column=20.0))))


def test_no_share_of_no_light() -> None:
    curve = curve_of(np.zeros((40, 40)), Ellipse(row=20.0, column=20.0))
    assert np.isnan(curve.radius_of(0.5, 10.0))


def test_bad_pixels_leave_the_area() -> None:
    bad = np.zeros((41, 41), np.bool_)
    bad[:20] = True
    curve = growth(np.ones((41, 41), np.float32) * ~bad, bad, Ellipse(row=20.0, column=20.0))
    assert curve.area[-1] == pytest.approx(21 * 41)
    assert curve.flux_within(10.0) / np.interp(10.0, curve.radius, curve.area) == pytest.approx(1.0)
