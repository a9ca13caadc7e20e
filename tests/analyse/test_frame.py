"""Pictures are reduced by blocks, and small objects are seen closer."""

import numpy as np
import pytest

from astrolens.analyse.background import MOST_SAMPLES, sample_step, sky_of
from astrolens.analyse.frame import (
    WORKING_SIDE,
    block_average,
    closer_frame,
    mean_plane,
    thinned,
    whole_frame,
)
from astrolens.domain.image import Image, MediaType
from tests.analyse.galaxies import picture


def test_blocks_are_means() -> None:
    plane = np.arange(24, dtype=np.float32).reshape(4, 6)
    np.testing.assert_allclose(block_average(plane, 2), [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]])
    np.testing.assert_array_equal(block_average(plane, 1), plane)


def test_unknown_pixels_leave_the_rest_of_the_block() -> None:
    plane = np.ones((4, 4), np.float32)
    plane[0, 0] = np.nan
    plane[2:, 2:] = np.nan
    made = block_average(plane, 2)
    assert made[0, 0] == 1.0
    assert np.isnan(made[1, 1])


def test_bands_together_are_as_bands_apart() -> None:
    planes = np.random.default_rng(4).random((3, 50, 41), np.float32)
    for unknown in (False, True):
        planes[1, 3:20, 7] = np.nan if unknown else 0.5
        apart = np.stack([block_average(plane, 6) for plane in planes])
        np.testing.assert_array_equal(block_average(planes, 6), apart)


def test_rests_are_dropped() -> None:
    assert block_average(np.zeros((7, 9), np.float32), 2).shape == (3, 4)


def test_small_pictures_are_left_alone() -> None:
    assert whole_frame(np.zeros((WORKING_SIDE, 20), np.float32)).factor == 1
    assert whole_frame(np.zeros((WORKING_SIDE + 1, 20), np.float32)).factor == 2


def test_a_small_object_is_seen_closer() -> None:
    plane = np.zeros((10 * WORKING_SIDE, 10 * WORKING_SIDE), np.float32)
    plane[800, 640] = 1.0
    seen = whole_frame(plane)
    closer = closer_frame(plane, seen, (79.5, 63.5), 6.0)
    assert closer is not None
    assert closer.factor == 1
    assert closer.plane[800 - closer.row, 640 - closer.column] == 1.0


def test_a_large_object_is_not() -> None:
    plane = np.zeros((800, 800), np.float32)
    assert closer_frame(plane, whole_frame(plane), (79.5, 79.5), 80.0) is None


def test_bands_are_averaged_and_masked() -> None:
    planes = np.stack([np.full((4, 4), 1.0), np.full((4, 4), 3.0)])
    planes[1, 0, 0] = np.nan
    plane, unit = mean_plane(picture(planes))
    assert unit == 1.0
    assert np.isnan(plane[0, 0])
    assert plane[1, 1] == 2.0


@pytest.mark.parametrize("size", [1e30, 1e-30])
def test_extreme_units_are_brought_near_one(size: float) -> None:
    plane, unit = mean_plane(picture(np.full((4, 4), size)))
    assert 0.5 <= plane[0, 0] <= 1.0
    assert plane[0, 0] * unit == pytest.approx(size)


def test_nothing_known() -> None:
    plane, unit = mean_plane(picture(np.full((4, 4), np.nan)))
    assert np.isnan(plane).all()
    assert unit == 1.0


@pytest.mark.parametrize("shape", [(3, 424, 424), (1, 300, 256), (3, 90, 90)])
def test_the_sky_reads_only_the_pixels_that_are_kept(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(5)
    pixels = random.normal(3.0, 1.0, shape).astype(np.float32)
    mask = random.random(shape[1:]) < 0.1
    pixels[:, mask] = np.nan
    image = Image(pixels=pixels, mask=mask, media_type=MediaType.FITS, linear=True)
    few = thinned(image)
    assert few.mask.size <= max(MOST_SAMPLES, -(-mask.size // sample_step(mask.shape)))
    assert sky_of(mean_plane(few)[0]) == sky_of(mean_plane(image)[0])
