"""Shades against astropy.visualization, to a 255th."""

import numpy as np
import pytest
from astropy import visualization as av
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from astrolens.tui.stretch.curves import Stretch, curved, equalising, shares
from astrolens.tui.stretch.limits import Limits, limits_of

INTERVALS = {
    Limits.MINMAX: av.MinMaxInterval(),
    Limits.P99_5: av.PercentileInterval(99.5),
    Limits.P99: av.PercentileInterval(99),
    Limits.P98: av.PercentileInterval(98),
    Limits.P95: av.PercentileInterval(95),
    Limits.P90: av.PercentileInterval(90),
    Limits.ZSCALE: av.ZScaleInterval(),
}
CURVES = {
    Stretch.LINEAR: av.LinearStretch(),
    Stretch.LOG: av.LogStretch(),
    Stretch.SQRT: av.SqrtStretch(),
    Stretch.SQUARED: av.SquaredStretch(),
    Stretch.ASINH: av.AsinhStretch(),
    Stretch.SINH: av.SinhStretch(),
    Stretch.POWER: av.PowerDistStretch(),
}


def sky(seed: int, scale: float = 1.0, offset: float = 0.0) -> NDArray[np.float32]:
    """Noise, a galaxy, stars, and a corner without data."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[-1:1:80j, -1:1:100j]
    light = random.normal(0, 0.02, x.shape) + 3 * np.exp(-np.hypot(x / 0.4, y / 0.2) / 0.3)
    light[random.integers(0, 80, 5), random.integers(0, 100, 5)] += 30
    light[:3, :4] = np.nan
    found: NDArray[np.float32] = (light * scale + offset).astype(np.float32)
    return found


@pytest.mark.parametrize("limits", list(INTERVALS))
@pytest.mark.parametrize("stretch", list(CURVES))
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (1e-9, 0.0), (4e4, 1200.0)])
def test_a_255th_of_astropy(limits: Limits, stretch: Stretch, scale: float, offset: float) -> None:
    pixels = sky(3, scale, offset)
    low, high = INTERVALS[limits].get_limits(pixels)
    expected = CURVES[stretch](np.clip((pixels.astype(float) - low) / (high - low), 0, 1))
    ours = curved(shares(pixels, limits_of(pixels, limits)), stretch)
    known = np.isfinite(pixels)
    assert np.abs(ours - expected)[known].max() < 1 / 255
    assert not ours[~known].any()


@pytest.mark.parametrize("limits", list(INTERVALS))
def test_equalisation(limits: Limits) -> None:
    pixels = sky(7)
    span = limits_of(pixels, limits)
    clipped = np.clip(pixels[np.isfinite(pixels)].astype(float), *span)
    oracle = av.HistEqStretch(clipped)
    share = shares(pixels, span)
    expected = oracle(share.astype(float))
    assert np.abs(curved(share, Stretch.HISTOGRAM, equalising(pixels, span)) - expected).max() < 1 / 255


@given(st.sampled_from(Stretch), st.sampled_from(Limits), st.integers(0, 99), st.integers(1, 30))
def test_all_pixels_become_shades(stretch: Stretch, limits: Limits, seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    pixels = random.choice([np.nan, np.inf, -np.inf, 0.0, 1e30, -1e-30, 5.0], (size, size)).astype(np.float32)
    span = limits_of(pixels, limits)
    assert np.isfinite(span).all()
    found = curved(shares(pixels, span), stretch, equalising(pixels, span))
    assert found.shape == pixels.shape
    assert found.dtype == np.float32
    assert (found >= 0).all()
    assert (found <= 1).all()


@given(st.sampled_from(Stretch))
def test_black_stays_black_and_more_is_never_darker(stretch: Stretch) -> None:
    share = np.linspace(0, 1, 300, dtype=np.float32)
    found = curved(share, stretch, equalising(share**2, (0.0, 1.0)))
    assert found[0] == 0.0
    assert found[-1] == pytest.approx(1.0)
    assert (np.diff(found) >= 0).all()
