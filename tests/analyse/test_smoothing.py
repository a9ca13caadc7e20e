"""Matrix products smooth as filters do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from astrolens.analyse.smoothing import boxcar, gaussian


def plane(rows: int, columns: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(rows * columns).standard_normal((rows, columns)).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 40), st.integers(8, 40), st.floats(0.3, 4.0), st.floats(2.0, 4.0), st.booleans())
def test_a_gaussian_is_that_of_scipy(
    rows: int, columns: int, sigma: float, truncate: float, mirrored: bool
) -> None:
    if int(truncate * sigma + 0.5) > min(rows, columns):
        return  # a kernel wider than the plane mirrors more than once; no frame is that small
    want = ndimage.gaussian_filter(
        plane(rows, columns), sigma, truncate=truncate, mode="reflect" if mirrored else "constant"
    )
    np.testing.assert_allclose(
        gaussian(plane(rows, columns), sigma, truncate, mirrored=mirrored), want, atol=1e-5
    )


@pytest.mark.parametrize("width", [1, 3, 5, 9])
def test_an_odd_box_is_that_of_scipy(width: int) -> None:
    np.testing.assert_allclose(
        boxcar(plane(30, 41), float(width)), ndimage.uniform_filter(plane(30, 41), width), atol=1e-5
    )


@given(st.floats(1.0, 12.0))
def test_a_box_of_any_width_keeps_the_light(width: float) -> None:
    single = np.zeros((41, 41), np.float32)
    single[20, 20] = 1.0
    spread = boxcar(single, width)
    assert spread.sum() == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(spread, spread[::-1, ::-1], atol=1e-7)


def test_a_kernel_wider_than_the_plane_does_no_harm() -> None:
    assert np.isfinite(gaussian(plane(8, 9), 20.0)).all()
    assert np.isfinite(boxcar(plane(8, 9), 30.0)).all()
