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
        level, sigma = _centre(ordered, first, last)
        low = int(ordered.searchsorted(level - CLIP_SIGMA * sigma, side="left"))
        high = int(ordered.searchsorted(level + CLIP_SIGMA * sigma, side="right"))
        if (low, high) == (first, last) or high <= low:
            break
        first, last = low, high
    else:
        level, sigma = _centre(ordered, first, last)
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


def _centre(ordered: NDArray[np.float64], first: int, last: int) -> tuple[float, float]:
    """Median and scatter of a part of sorted values; quantiles by linear interpolation."""
    most = last - first - 1
    quantiles = []
    for share in (0.25, 0.5, 0.75):
        place = share * most
        below = int(place)
        low, high = ordered.item(first + below), ordered.item(first + min(below + 1, most))
        quantiles.append(low + (place - below) * (high - low))
    return quantiles[1], _QUARTILES_TO_SIGMA * (quantiles[2] - quantiles[0])
