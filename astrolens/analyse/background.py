"""Level and scatter of the sky."""

from dataclasses import dataclass

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
    flat = plane.reshape(-1)
    if flat.size > MOST_SAMPLES:
        # A step that divides the row length would sample a few columns only.
        step = flat.size // MOST_SAMPLES + 1
        while step > 1 and plane.shape[-1] % step == 0:
            step += 1
        flat = flat[::step]
    ordered = np.sort(flat[np.isfinite(flat)])
    if ordered.size == 0:
        return Sky(level=0.0, sigma=0.0)
    first, last = 0, ordered.size
    for _ in range(ROUNDS):
        level, sigma = _centre(ordered[first:last])
        low = int(np.searchsorted(ordered, level - CLIP_SIGMA * sigma, side="left"))
        high = int(np.searchsorted(ordered, level + CLIP_SIGMA * sigma, side="right"))
        if (low, high) == (first, last) or high <= low:
            break
        first, last = low, high
    level, sigma = _centre(ordered[first:last])
    return Sky(level=level, sigma=sigma)


def _centre(ordered: NDArray[np.float32]) -> tuple[float, float]:
    """Median and scatter of sorted values."""
    places = np.array([0.25, 0.5, 0.75]) * (ordered.size - 1)
    below = places.astype(np.intp)
    low = ordered[below].astype(np.float64)
    high = ordered[np.minimum(below + 1, ordered.size - 1)].astype(np.float64)
    quarter, level, three_quarters = low + (places - below) * (high - low)
    return float(level), _QUARTILES_TO_SIGMA * float(three_quarters - quarter)
