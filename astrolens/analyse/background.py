"""Level and scatter of the sky."""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

MOST_SAMPLES = 16_000
CLIP_SIGMA = 3.0
ROUNDS = 10
_QUARTILES_TO_SIGMA = 0.741301


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """Background of a picture.

    Attributes
    ----------
    level, sigma : float
        In the unit of the pixels; both 0 when no pixel is finite.
    """

    level: float
    sigma: float


def sky_of(plane: NDArray[np.float32]) -> Sky:
    """Sky by clipping at 3 sigma about the median until nothing changes.

    Parameters
    ----------
    plane : ndarray of float32
        Any shape; NaN is left out. A large plane is thinned to about 16,000 regular samples.

    Returns
    -------
    Sky
        Median of what is kept, and its interquartile range over 1.349.

    References
    ----------
    .. [1] Da Costa (1992), ASP Conf. 23, 90 (iterative clipping).
    """
    flat = plane.reshape(-1)[:: sample_step(plane.shape)]
    known = np.isfinite(flat)
    ordered = np.sort(flat if known.all() else flat[known]).astype(np.float64)
    if ordered.size == 0:
        return Sky(level=0.0, sigma=0.0)
    first, last = 0, ordered.size
    for _ in range(ROUNDS):
        level, sigma = _centre(ordered[first:last])
        low = int(ordered.searchsorted(level - CLIP_SIGMA * sigma, side="left"))
        high = int(ordered.searchsorted(level + CLIP_SIGMA * sigma, side="right"))
        if (low, high) == (first, last) or high <= low:
            break
        first, last = low, high
    else:
        level, sigma = _centre(ordered[first:last])
    return Sky(level=level, sigma=sigma)


def sample_step(shape: tuple[int, ...]) -> int:
    """How far apart the samples lie in a plane.

    Parameters
    ----------
    shape : tuple of int
        Of the plane.

    Returns
    -------
    int
        1 for a plane of up to 16,000 pixels; never a divisor of the row's length, or few columns would be sampled.
    """
    size = prod(shape)
    if size <= MOST_SAMPLES:
        return 1
    step = size // MOST_SAMPLES + 1
    while shape[-1] % step == 0:
        step += 1
    return step


def _centre(ordered: NDArray[np.float64]) -> tuple[float, float]:
    """Median and scatter of sorted values."""
    level = _at_share(ordered, 0.5)
    return level, _QUARTILES_TO_SIGMA * (_at_share(ordered, 0.75) - _at_share(ordered, 0.25))


def _at_share(ordered: NDArray[np.float64], share: float) -> float:
    """Quantile of sorted values, by linear interpolation."""
    place = share * (ordered.size - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, ordered.size - 1)])
    return low + (place - below) * (high - low)
