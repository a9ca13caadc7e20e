"""The zscale of astropy, on pictures of all sizes."""

import numpy as np
import pytest
from astropy.visualization import ZScaleInterval
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.stretch.zscale import zscale


@given(st.integers(0, 10_000), st.integers(1, 90), st.integers(1, 90), st.sampled_from([0.0, 0.1, 0.6]))
def test_as_astropy(seed: int, rows: int, columns: int, bright: float) -> None:
    random = np.random.default_rng(seed)
    pixels = random.normal(100, 3, (rows, columns))
    pixels[random.random(pixels.shape) < bright] *= 40
    assert zscale(pixels.ravel()) == pytest.approx(ZScaleInterval().get_limits(pixels), rel=1e-9, abs=1e-9)


def test_one_value() -> None:
    assert zscale(np.array([5.0])) == (5.0, 5.0)
