"""Limits that show the faint part of a picture: the zscale of IRAF's display."""

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 1000
_CONTRAST = 0.25
_REJECTED_BEYOND_SIGMA = 2.5
_MOST_REJECTED = 0.5
_FEWEST_KEPT = 5
_ROUNDS = 5


def zscale(values: NDArray[np.floating]) -> tuple[float, float]:
    """Limits around the median, as wide as a straight line through the sorted values says.

    ``values`` is one-dimensional, finite and not empty. A thousand of them are sorted; a line is fitted to value
    against rank, values far off it and their neighbours being left out (Valdes, IRAF ``display``).
    """
    step = int(max(1.0, values.size / _SAMPLES))
    sample = np.sort(values[::step][:_SAMPLES].astype(np.float64))
    count = sample.size
    low, high = float(sample[0]), float(sample[-1])
    fewest = max(_FEWEST_KEPT, int(count * _MOST_REJECTED))
    slope, kept = _line(sample, fewest)
    if kept < fewest:
        return low, high
    slope /= _CONTRAST
    middle = (count - 1) // 2
    median = float(np.median(sample))
    return max(low, median - (middle - 1) * slope), min(high, median + (count - middle) * slope)


def _line(sample: NDArray[np.float64], fewest: int) -> tuple[float, int]:
    """Slope of the line, and how many values lie on it."""
    count = sample.size
    rank = np.arange(count, dtype=np.float64)
    bad = np.zeros(count, dtype=bool)
    grown = max(1, int(count * 0.01))
    kept, before, slope = count, count + 1, 0.0
    for _ in range(_ROUNDS):
        if kept >= before or kept < fewest:
            break
        slope, offset = np.polyfit(rank, sample, deg=1, w=(~bad).astype(np.float64))
        flat = sample - (slope * rank + offset)
        limit = _REJECTED_BEYOND_SIGMA * flat[~bad].std()
        bad[(flat < -limit) | (flat > limit)] = True
        bad = np.convolve(bad, np.ones(grown, dtype=bool), mode="same")
        before, kept = kept, int(np.count_nonzero(~bad))
    return float(slope), kept
