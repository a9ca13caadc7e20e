"""A picture in numbers, with what was computed from it once: limits, equalising curve, heat."""

import numpy as np
from numpy.typing import NDArray

from astrolens.api.wire_verdict import HeatRow
from astrolens.domain.pixels import PixelCut
from astrolens.tui.heat import heat_shares
from astrolens.tui.picture import Pixels
from astrolens.tui.stretch.curves import Shares, Stretch, curved, equalising, shares
from astrolens.tui.stretch.limits import Limits, limits_of

TOGETHER = -1  # a band that stands for all of them, so that the colours of a raster stay
_LARGEST = 1e30  # so that sums of a stranger's numbers stay finite


class Negative:
    """Planes that can be looked at in many ways. Used by one thread at a time."""

    def __init__(self, cut: PixelCut) -> None:
        self.cut = cut
        planes = np.asarray(cut.planes, dtype=np.float32)
        self._known = np.where(np.abs(planes) < _LARGEST, planes, np.float32(np.nan))
        self.planes = _without_holes(self._known)
        self._limits: dict[tuple[int, Limits], tuple[float, float]] = {}
        self._equal: dict[tuple[int, Limits], Shares] = {}
        self._heat: NDArray[np.float32] | None = None

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        return self._known.nbytes + self.planes.nbytes + sum(one.nbytes for one in self._equal.values())

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.planes.shape[1:]
        return rows, columns

    def shades(self, values: NDArray[np.float32], band: int, stretch: Stretch, limits: Limits) -> Shares:
        """Shades of resampled values of one plane, after limits and curve."""
        span = self.limits(band, limits)
        equal = self._equalising(band, limits) if stretch is Stretch.HISTOGRAM else None
        return curved(shares(values, span), stretch, equal)

    def limits(self, band: int, wanted: Limits) -> tuple[float, float]:
        """Black and white of one plane."""
        key = (band, wanted)
        if key not in self._limits:
            self._limits[key] = limits_of(self._part(band), wanted)
        return self._limits[key]

    def value(self, x: int, y: int, band: int) -> float | None:
        """One pixel; None where nothing is known or no picture is."""
        rows, columns = self.shape
        if not (0 <= x < columns and 0 <= y < rows):
            return None
        value = float(self._known[band, y, x])
        return value if np.isfinite(value) else None

    def heat(self, heat: HeatRow) -> NDArray[np.float32]:
        """The heat map at the size of the planes."""
        if self._heat is None:
            self._heat = heat_shares(self.shape, heat)
        return self._heat

    def _equalising(self, band: int, wanted: Limits) -> Shares:
        key = (band, wanted)
        if key not in self._equal:
            self._equal[key] = equalising(self._part(band), self.limits(band, wanted))
        return self._equal[key]

    def _part(self, band: int) -> NDArray[np.float32]:
        return self._known if band == TOGETHER else self._known[band]


def of_levels(pixels: Pixels) -> Negative:
    """A thumbnail as a negative, for pictures whose original is gone."""
    planes = np.moveaxis(pixels, 2, 0)
    if (planes[0] == planes[1]).all() and (planes[1] == planes[2]).all():
        planes = planes[:1]
    rows, columns = planes.shape[1:]
    levels = np.ascontiguousarray(planes, dtype=np.float16)
    return Negative(PixelCut(planes=levels, linear=False, width=columns, height=rows))


def _without_holes(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unknown pixels become the darkest known one of their plane."""
    known = np.isfinite(planes)
    if known.all():
        return planes
    lowest = np.where(known, planes, np.inf).min(axis=(1, 2), keepdims=True)
    return np.where(known, planes, np.where(np.isfinite(lowest), lowest, 0.0)).astype(np.float32)
