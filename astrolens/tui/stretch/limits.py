"""Which values become black and which white."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from astrolens.tui.stretch.zscale import zscale

FULL_RANGE = (0.0, 255.0)


class Limits(StrEnum):
    """How the limits are chosen."""

    FULL = "full range"  # of a raster: 0 to 255
    MINMAX = "minmax"
    P99_5 = "99.5 %"
    P99 = "99 %"
    P98 = "98 %"
    P95 = "95 %"
    P90 = "90 %"
    ZSCALE = "zscale"


_PERCENT = {Limits.P99_5: 99.5, Limits.P99: 99.0, Limits.P98: 98.0, Limits.P95: 95.0, Limits.P90: 90.0}


def limits_of(values: NDArray[np.floating], wanted: Limits) -> tuple[float, float]:
    """Black and white of an array; NaN and infinities do not count, and an array of them has (0, 1).

    A percentage leaves the same share of values out below and above.
    """
    if wanted is Limits.FULL:
        return FULL_RANGE
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    if wanted is Limits.MINMAX:
        return float(finite.min()), float(finite.max())
    if wanted is Limits.ZSCALE:
        return zscale(finite)
    outside = (100.0 - _PERCENT[wanted]) / 2.0
    low, high = np.percentile(finite.astype(np.float64), (outside, 100.0 - outside))
    return float(low), float(high)
