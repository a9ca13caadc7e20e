"""The curve between black and white."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float32]

_LOG = 1000.0
_ASINH = 0.1
_SINH = 1.0 / 3.0
_POWER = 1000.0


class Stretch(StrEnum):
    """Curves, the same as those of DS9 and of astropy.visualization with its defaults."""

    LINEAR = "linear"
    LOG = "log"
    SQRT = "sqrt"
    SQUARED = "squared"
    ASINH = "asinh"
    SINH = "sinh"
    HISTOGRAM = "histogram"
    POWER = "power"


def shares(values: NDArray[np.floating], limits: tuple[float, float]) -> Shares:
    """Where values lie between the limits, clipped to 0 and 1; NaN becomes 0."""
    low, high = limits
    if not high > low:
        above: Shares = (np.nan_to_num(values, nan=low) > low).astype(np.float32)
        return above
    share = (values.astype(np.float64) - low) / (high - low)
    clipped: Shares = np.clip(np.nan_to_num(share, nan=0.0), 0.0, 1.0).astype(np.float32)
    return clipped


def curved(share: Shares, stretch: Stretch, equal: Shares | None = None) -> Shares:
    """Shares after the curve, in [0, 1]; ``equal`` comes from `equalising` and belongs to HISTOGRAM."""
    out: NDArray[np.floating]
    match stretch:
        case Stretch.LINEAR:
            out = share
        case Stretch.LOG:
            out = np.log1p(np.float32(_LOG) * share) / np.float32(np.log1p(_LOG))
        case Stretch.SQRT:
            out = np.sqrt(share)
        case Stretch.SQUARED:
            out = share * share
        case Stretch.ASINH:
            out = np.arcsinh(share / np.float32(_ASINH)) / np.float32(np.arcsinh(1.0 / _ASINH))
        case Stretch.SINH:
            out = np.sinh(share / np.float32(_SINH)) / np.float32(np.sinh(1.0 / _SINH))
        case Stretch.POWER:
            out = (np.float32(_POWER) ** share - np.float32(1.0)) / np.float32(_POWER - 1.0)
        case Stretch.HISTOGRAM:
            out = share if equal is None else np.interp(share, equal, _ranks(equal.size))
    clipped: Shares = np.clip(out, 0.0, 1.0).astype(np.float32)
    return clipped


def equalising(values: NDArray[np.floating], limits: tuple[float, float]) -> Shares:
    """Shares below which equal parts of the pixels lie; what is outside of the limits counts as on them."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.array([0.0, 1.0], dtype=np.float32)
    return np.sort(shares(finite, limits))


def _ranks(count: int) -> NDArray[np.float64]:
    return np.linspace(0.0, 1.0, count)
