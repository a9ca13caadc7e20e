"""Pan-STARRS values become fluxes again."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from astrolens.download.asinh_scale import linear_planes
from astrolens.download.fits import read_fits
from astrolens.download.limits import DecodeLimits

OFFSET, SOFTENING = 12.5, 140.0


def compressed(fluxes: np.ndarray) -> np.ndarray:
    return np.asarray(2.5 / np.log(10.0) * np.arcsinh((fluxes - OFFSET) / (2.0 * SOFTENING)))


def test_a_stack_is_read_in_fluxes(tmp_path: Path) -> None:
    fluxes = np.random.default_rng(4).normal(20.0, 300.0, (48, 48))
    fluxes[20:24, 20:24] = 4e5
    stored = compressed(fluxes)
    stored[0, 0] = np.nan
    header = fits.Header({"BOFFSET": OFFSET, "BSOFTEN": SOFTENING})
    fits.writeto(tmp_path / "stack.fits", stored.astype(np.float32), header)
    image = read_fits(tmp_path / "stack.fits", DecodeLimits())
    assert image.linear
    assert image.mask[0, 0]
    assert image.mask.sum() == 1
    np.testing.assert_allclose(image.pixels[0][1:], fluxes[1:], rtol=2e-5, atol=2e-3)


@pytest.mark.parametrize(
    "cards", [{}, {"BOFFSET": 1.0}, {"BOFFSET": 1.0, "BSOFTEN": "x"}, {"BOFFSET": 1.0, "BSOFTEN": 0.0}]
)
def test_other_pictures_are_left_alone(cards: dict[str, object]) -> None:
    planes = np.ones((1, 8, 8), np.float32)
    assert linear_planes(planes, fits.Header(cards)) is planes


def test_what_overflows_is_infinite_without_a_warning() -> None:
    planes = np.full((1, 2, 2), 1e6, np.float32)
    assert np.isinf(linear_planes(planes, fits.Header({"BOFFSET": 0.0, "BSOFTEN": 1.0}))).all()
