"""Numbers on the frame: finite for anything, moved by what a shape does not see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from astrolens.analyse.pixels import MINIATURE_SIDE, miniature, pixel_names, pixel_numbers, small_planes
from astrolens.domain.image import Image
from tests.analyse.galaxies import noise, picture, sersic


def of(image: Image) -> dict[str, float]:
    return dict(zip(pixel_names(), pixel_numbers(small_planes(image)).tolist(), strict=True))


def galaxy() -> np.ndarray:
    plane = np.clip(0.02 * sersic(light=50.0, size=256) + 0.02 + noise(0.01, size=256), 0.0, 1.0)
    return np.stack([plane] * 3).astype(np.float32)


def test_a_trail_moves_lines_and_sides() -> None:
    plain = galaxy()
    trail = plain.copy()
    trail[:, 180:186, :] = 0.9
    before, after = of(picture(plain, linear=False)), of(picture(trail, linear=False))
    assert after["row_step"] > before["row_step"] + 1.0
    assert abs(after["column_step"] - before["column_step"]) < 0.5


def test_a_band_fault_moves_colour_only() -> None:
    plain = galaxy()
    fault = plain.copy()
    fault[0] = 0.7
    before, after = of(picture(plain, linear=False)), of(picture(fault, linear=False))
    assert after["border_red"] > before["border_red"] + 1.0
    assert after["border_green"] == pytest.approx(before["border_green"], abs=0.01)
    assert after["correlation_red"] < 0.5 < before["correlation_red"]


def test_a_glare_at_the_edge_moves_the_border() -> None:
    plain = galaxy()
    glare = plain.copy()
    glare[:, :, :20] = 1.0
    before, after = of(picture(plain, linear=False)), of(picture(glare, linear=False))
    assert after["border_sides"] > before["border_sides"] + 1.0
    assert after["white"] > before["white"] + 1.0


def test_the_scale_of_the_picture_hardly_matters() -> None:
    small = galaxy()
    large = np.kron(small, np.ones((1, 2, 2), np.float32))
    one, other = of(picture(small, linear=False)), of(picture(large, linear=False))
    np.testing.assert_allclose(list(one.values()), list(other.values()), atol=0.02)


def test_a_miniature_is_the_frame_in_small() -> None:
    plane = np.zeros((128, 128), np.float32)
    plane[:64, :64] = 1.0
    found = miniature(small_planes(picture(plane, linear=False)))
    assert found.shape == (MINIATURE_SIDE, MINIATURE_SIDE)
    half = MINIATURE_SIDE // 2
    assert (found[:half, :half] == 255).all()
    assert found[half:].max() == found[:, half:].max() == 0


def test_two_bands_are_refused() -> None:
    with pytest.raises(ValueError, match="2 bands"):
        small_planes(picture(np.zeros((2, 20, 20))))


@settings(max_examples=60, deadline=None)
@given(
    plane=some.arrays(
        np.float32,
        st.tuples(st.sampled_from([1, 3]), st.integers(1, 90), st.integers(1, 90)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    ),
    linear=st.booleans(),
)
def test_anything_gives_finite_numbers(plane: np.ndarray, linear: bool) -> None:
    planes = small_planes(picture(plane, linear=linear))
    assert planes.shape == (3, 64, 64)
    assert np.isfinite(pixel_numbers(planes)).all()
    assert len(pixel_numbers(planes)) == len(pixel_names())
