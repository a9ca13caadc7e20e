"""The stretch keeps colours and order, and does not care for the unit of the flux."""

import numpy as np
import pytest

from astrolens.analyse.stretch import asinh_stretch
from tests.analyse.galaxies import noise, sersic


def flux() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return (sersic(index=2.0, light=40.0) + noise(1.0))[None].astype(np.float32)


def test_range_sky_dark_core_bright() -> None:
    shown = asinh_stretch(flux())[0]
    assert shown.min() >= 0.0
    assert shown.max() <= 1.0
    assert np.median(shown) < 0.25
    assert shown[60, 60] > 0.95


def test_unit_and_sky_level_do_not_matter() -> None:
    np.testing.assert_allclose(asinh_stretch(1e-3 * flux() + 7.0), asinh_stretch(flux()), atol=0.02)


def test_ratio_of_planes_survives() -> None:
    one = sersic(light=40.0)
    planes = np.stack([one + noise(1.0, seed=1), 0.5 * one + noise(1.0, seed=2), noise(1.0, seed=3)])
    shown = asinh_stretch(planes.astype(np.float32))
    assert shown[1, 60, 60] / shown[0, 60, 60] == pytest.approx(0.5, abs=0.05)


def test_missing_pixels_look_like_sky() -> None:
    pixels = flux()
    pixels[0, :5] = np.nan
    shown = asinh_stretch(pixels)
    assert np.isfinite(shown).all()
    assert shown[0, 0, 0] == pytest.approx(float(np.median(shown[0, 100:])), abs=0.05)


def test_infinities_and_huge_values_stay_in_range() -> None:
    pixels = flux()
    pixels[0, 0, :4] = [np.inf, -np.inf, 3e38, -3e38]
    shown = asinh_stretch(pixels)
    assert np.isfinite(shown).all()
    assert 0.0 <= shown.min() <= shown.max() <= 1.0


def test_sky_may_come_from_a_larger_part() -> None:
    pixels = flux()
    whole = asinh_stretch(pixels)[0, 50:70, 50:70]
    part = asinh_stretch(pixels[:, 50:70, 50:70], sky_pixels=pixels)[0]
    assert np.corrcoef(whole.ravel(), part.ravel())[0, 1] > 0.98
