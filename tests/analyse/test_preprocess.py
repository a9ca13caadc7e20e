"""Network input is that of the card, for rasters to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some
from PIL import Image as Raster

from astrolens.analyse.preprocess import standardised, to_levels, to_network_input
from astrolens.domain.image import Image, MediaType
from astrolens.models.preprocessing import Preprocessing, Resampling
from tests.analyse.galaxies import noise, picture, sersic

STEPS = Preprocessing(size=96, crop_fraction=0.4)


def raster(eight_bit: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Image:
    """As the decoder makes it: 8-bit values over 255."""
    planes = eight_bit[..., None] if eight_bit.ndim == 2 else eight_bit
    pixels = np.ascontiguousarray(np.moveaxis(planes, -1, 0)).astype(np.float32) / np.float32(255.0)
    mask = np.zeros(eight_bit.shape[:2], dtype=np.bool_)
    return Image(pixels=pixels, mask=mask, media_type=MediaType.PNG, linear=False)


@pytest.mark.parametrize(
    "shape", [(424, 424, 3), (423, 423, 3), (88, 88, 3), (300, 256, 3), (241, 600, 3), (120, 120)]
)
def test_the_cards_own_steps(shape: tuple[int, ...]) -> None:
    eight_bit = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    height, width = shape[:2]
    side = 0.4 * min(height, width)
    box = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    small = Raster.fromarray(eight_bit).resize((96, 96), Raster.Resampling.BILINEAR, box=box)
    want = (
        np.asarray(small.convert("RGB"), dtype=np.float32) / np.float32(255) - np.float32(0.5)
    ) / np.float32(0.5)
    np.testing.assert_array_equal(to_network_input(raster(eight_bit), STEPS), np.moveaxis(want, -1, 0))


@pytest.mark.parametrize("resampling", list(Resampling))
def test_every_filter_reads_far_enough_beyond_its_square(resampling: Resampling) -> None:
    eight_bit = np.random.default_rng(5).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    steps = Preprocessing(size=32, crop_fraction=0.5, resampling=resampling)
    small = Raster.fromarray(eight_bit).resize(
        (32, 32), Raster.Resampling[resampling.name], box=(100, 100, 300, 300)
    )
    want = (np.asarray(small, dtype=np.float32) / 255 - 0.5) / 0.5
    np.testing.assert_allclose(
        to_network_input(raster(eight_bit), steps), np.moveaxis(want, -1, 0), atol=1e-6
    )


def test_mean_and_scatter_belong_to_planes() -> None:
    eight_bit = np.full((50, 50, 3), 255, np.uint8)
    steps = Preprocessing(size=8, crop_fraction=1.0, mean=(0.0, 0.5, 1.0), std=(1.0, 0.5, 0.25))
    made = to_network_input(raster(eight_bit), steps)
    np.testing.assert_allclose(made[:, 0, 0], [1.0, 1.0, 0.0])


def test_linear_grey_becomes_three_equal_planes() -> None:
    plane = sersic(light=50.0, size=201) + noise(1.0, size=201) + 300.0
    made = to_network_input(picture(plane), STEPS)
    assert made.shape == (3, 96, 96)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[0], made[2])
    assert made[0, 48, 48] > 0.5
    assert np.median(made) < 0.0


def test_linear_unit_does_not_matter() -> None:
    plane = sersic(light=50.0, size=201) + noise(1.0, size=201)
    one = to_network_input(picture(plane), STEPS)
    other = to_network_input(picture(1e-9 * plane), STEPS)
    np.testing.assert_allclose(one, other, atol=0.02)


def test_masked_pixels_are_filled() -> None:
    eight_bit = np.full((60, 60, 3), 100, np.uint8)
    pixels = raster(eight_bit).pixels.copy()
    pixels[:, 28:32, 28:32] = np.nan
    image = Image(pixels=pixels, mask=np.isnan(pixels[0]), media_type=MediaType.PNG, linear=False)
    np.testing.assert_array_equal(to_network_input(image, STEPS), to_network_input(raster(eight_bit), STEPS))


def test_two_bands_are_refused() -> None:
    with pytest.raises(ValueError, match="2 bands"):
        to_network_input(picture(np.zeros((2, 20, 20))), STEPS)


@settings(max_examples=60, deadline=None)
@given(
    plane=some.arrays(
        np.float32,
        st.tuples(st.sampled_from([1, 3]), st.integers(1, 40), st.integers(1, 40)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    ),
    linear=st.booleans(),
)
def test_anything_becomes_a_finite_input(
    plane: np.ndarray[tuple[int, ...], np.dtype[np.float32]], linear: bool
) -> None:
    made = to_network_input(picture(plane, linear=linear), STEPS)
    assert made.shape == (3, 96, 96)
    assert np.isfinite(made).all()
    assert np.abs(made).max() <= 1.0 + 1e-6


@pytest.mark.parametrize(("rows", "columns"), [(64, 48), (424, 424), (33, 90)])
@pytest.mark.parametrize("bands", [1, 3])
def test_decoded_levels_give_the_very_same_input(rows: int, columns: int, bands: int) -> None:
    levels = np.random.default_rng(rows).integers(0, 256, (rows, columns, bands), dtype=np.uint8)
    picture = Raster.fromarray(levels if bands == 3 else levels[..., 0])
    for size, fraction in ((16, 0.33), (32, 1.0)):
        steps = Preprocessing(size=size, crop_fraction=fraction)
        slow = to_network_input(raster(levels if bands == 3 else levels[..., 0]), steps)
        quick = to_network_input(raster(levels if bands == 3 else levels[..., 0]), steps, picture=picture)
        np.testing.assert_array_equal(quick, slow)


@pytest.mark.parametrize("shape", [(200, 230, 3), (120, 120)])
def test_levels_travel_small_and_lose_nothing(shape: tuple[int, ...]) -> None:
    image = raster(np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8))
    levels = to_levels(image, STEPS)
    assert (levels.dtype, levels.shape) == (np.dtype(np.uint8), (len(image.pixels), 96, 96))
    np.testing.assert_array_equal(standardised(levels, STEPS.mean, STEPS.std), to_network_input(image, STEPS))
