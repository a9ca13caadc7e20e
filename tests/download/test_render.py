"""Small pictures for eyes."""

from dataclasses import replace

import numpy as np
import pytest

from astrolens.domain.image import Image, MediaType
from astrolens.download.render import render
from tests.download.pictures import galaxy


def image(bands: int = 1, *, linear: bool = False, rows: int = 48) -> Image:
    planes = np.stack([galaxy(rows) * (1.0 - 0.3 * band) for band in range(bands)]).astype(np.float32)
    kind = MediaType.FITS if linear else MediaType.JPEG
    return Image(pixels=planes, mask=np.zeros((rows, 64), np.bool_), media_type=kind, linear=linear)


@pytest.mark.parametrize("bands", [1, 3])
def test_a_raster_is_shown_as_it_is(bands: int) -> None:
    drawn = np.asarray(render(image(bands), 256))
    expected = np.rint(image(bands).pixels * 255).transpose(1, 2, 0).squeeze()
    assert np.abs(drawn.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("linear", [False, True])
def test_shrinking_keeps_the_shape(linear: bool) -> None:
    assert render(image(3, linear=linear), 32).size == (32, 24)


def test_a_linear_picture_is_turned_upright_and_stretched() -> None:
    drawn = np.asarray(render(image(linear=True), 256))
    assert drawn[47 - 10, 20] == 255
    assert drawn.min() == 0
    assert drawn[10, 20] < 128
    assert np.median(drawn) > 20


def test_the_last_band_of_a_linear_picture_is_red() -> None:
    red_only = image(3, linear=True)
    planes = np.stack([np.zeros_like(galaxy()), np.zeros_like(galaxy()), galaxy()])
    drawn = np.asarray(render(replace(red_only, pixels=planes), 256))
    assert drawn[..., 0].max() == 255
    assert drawn[..., 1:].max() == 0


@pytest.mark.parametrize("factor", [1e-30, 1.0, 1e25])
def test_the_unit_does_not_matter(factor: float) -> None:
    plain = image(linear=True)
    scaled = replace(plain, pixels=(plain.pixels * np.float32(factor)))
    assert np.abs(np.asarray(render(scaled, 256)).astype(int) - np.asarray(render(plain, 256))).max() <= 1


def test_masked_pixels_are_dark_and_harmless() -> None:
    plain = image(linear=True)
    mask = np.zeros((48, 64), np.bool_)
    mask[40:, :] = True
    drawn = np.asarray(render(replace(plain, pixels=np.where(mask, np.nan, plain.pixels), mask=mask), 256))
    assert drawn[:8].max() == 0
    assert drawn[8:].max() == 255
