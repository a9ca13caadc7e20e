"""Concentration, asymmetry and smoothness of shapes with known answers."""

import numpy as np
import pytest

from astrolens.analyse.cas import asymmetry, concentration, sky_asymmetry, smoothness
from astrolens.analyse.radii import Ellipse, growth, petrosian_radius
from astrolens.analyse.segment import CentralObject, central_object
from tests.analyse.galaxies import noise, sersic


def found_in(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> CentralObject:
    found = central_object(plane.astype(np.float32))
    assert found is not None
    return found


def middle(found: CentralObject) -> tuple[float, float]:
    return 60.0 - found.corner[0], 60.0 - found.corner[1]


@pytest.mark.parametrize(("index", "low", "high"), [(1.0, 2.6, 2.85), (4.0, 3.5, 4.6)])
def test_concentration_grows_with_the_sersic_index(index: float, low: float, high: float) -> None:
    plane = sersic(index=index, radius=12.0, size=301)
    values = plane.astype(np.float32)
    curve = growth(values, np.zeros(values.shape, np.bool_), Ellipse(row=150.0, column=150.0))
    assert low < concentration(curve, petrosian_radius(curve)) < high


def test_a_symmetric_galaxy_is_symmetric_wherever_its_centre_lies() -> None:
    found = found_in(sersic(radius=8.0, row=0.31, column=-0.43) + noise(0.05))
    turned = asymmetry(found, middle(found), 17.0)
    assert turned.converged
    assert abs(turned.value) < 0.02
    assert turned.row + found.corner[0] == pytest.approx(60.31, abs=0.1)
    assert turned.column + found.corner[1] == pytest.approx(59.57, abs=0.1)


def test_a_companion_breaks_the_symmetry() -> None:
    plane = sersic(radius=8.0) + sersic(radius=3.0, light=40.0, column=12.0)
    found = found_in(plane + noise(0.2))
    assert asymmetry(found, middle(found), 17.0).value > 0.15


def test_sky_term_takes_the_noise_off() -> None:
    smooth = asymmetry(f := found_in(sersic(radius=8.0) + noise(0.05)), middle(f), 17.0).value
    noisy = asymmetry(f := found_in(sersic(radius=8.0) + noise(2.0)), middle(f), 17.0).value
    # Interpolation smooths the turned picture but not the sky pairs, so the rest is slightly negative.
    assert noisy == pytest.approx(smooth, abs=0.1)


def test_sky_asymmetry_of_white_noise() -> None:
    assert sky_asymmetry(found_in(sersic(radius=4.0) + noise(1.0))) == pytest.approx(
        2 / np.sqrt(np.pi), rel=0.05
    )


def test_unknown_pixels_do_not_count_as_asymmetry() -> None:
    plane = sersic(radius=8.0) + noise(0.05)
    plane[40:50, 62:80] = np.nan
    found = found_in(plane)
    assert abs(asymmetry(found, middle(found), 17.0).value) < 0.03


def test_knots_make_it_less_smooth() -> None:
    plane = sersic(radius=10.0)
    rng = np.random.default_rng(2)
    knots = plane.copy()
    for _ in range(25):
        row, column = 60 + rng.normal(0, 10, 2)
        knots += sersic(radius=1.0, light=20.0, row=row - 60, column=column - 60)
    smooth, clumpy = found_in(plane + noise(0.3)), found_in(knots + noise(0.3))
    smooth_value = smoothness(smooth, *middle(smooth), 21.0)
    assert abs(smooth_value) < 0.03
    assert smoothness(clumpy, *middle(clumpy), 21.0) > smooth_value + 0.02
