"""Radii from the growth of light with distance: Petrosian, and shares of the total."""

from dataclasses import dataclass
from functools import cache
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

PETROSIAN_ETA = 0.2
BINS_PER_PX = 10
FINE_RADIUS_PX = 6.0
FINE_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """Shape of the apertures.

    Attributes
    ----------
    row, column : float
        Centre in pixels of the stamp; a whole number is the middle of a pixel.
    axis_ratio : float
        b/a in (0, 1]; 1 is a circle.
    angle : float
        Major axis from the direction of growing column toward growing row, in radians.
    """

    row: float
    column: float
    axis_ratio: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Growth:
    """Light and area inside concentric apertures.

    Attributes
    ----------
    radius : ndarray of float64, shape (k,)
        Semi-major axes in pixels, steps of 0.1, starting at 0.
    flux, area : ndarray of float64, shape (k,)
        Sum of the values and number of good pixels inside.
    """

    radius: NDArray[np.float64]
    flux: NDArray[np.float64]
    area: NDArray[np.float64]

    def flux_within(self, radius: float) -> float:
        """Light inside one radius.

        Parameters
        ----------
        radius : float
            Semi-major axis in pixels.

        Returns
        -------
        float
            In the unit of the values.
        """
        return float(np.interp(radius, self.radius, self.flux))

    def radius_of(self, share: float, total_radius: float) -> float:
        """Smallest radius that holds a share of the light.

        Parameters
        ----------
        share : float
            In (0, 1).
        total_radius : float
            Radius that holds all of it, in pixels.

        Returns
        -------
        float
            In pixels; NaN when the total is not positive.
        """
        wanted = share * self.flux_within(total_radius)
        if not wanted > 0.0:
            return float("nan")
        reached = np.flatnonzero(self.flux >= wanted)
        if reached.size == 0 or reached[0] == 0:
            return float("nan")
        last = int(reached[0])
        low, high = self.flux[last - 1], self.flux[last]
        step = self.radius[last] - self.radius[last - 1]
        return float(self.radius[last - 1] + step * (wanted - low) / (high - low))


def growth(
    values: NDArray[np.float32], bad: NDArray[np.bool_], ellipse: Ellipse, reach: float = inf
) -> Growth:
    """Curve of growth out to the corners of the stamp, or to a radius.

    Each pixel is spread evenly over one pixel of distance; pixels within 6 px of the centre are first divided
    into 5 by 5 parts. Against exact geometry the error in a radius is below 0.02 px.

    Parameters
    ----------
    values : ndarray of float32, shape (row, column)
        Sky subtracted; 0 where bad.
    bad : ndarray of bool, shape (row, column)
        Left out of the area.
    ellipse : Ellipse
        Centre and shape of the apertures.
    reach : float
        Largest radius wanted in pixels; what lies farther out is not read.

    Returns
    -------
    Growth
        Cumulative light and area.
    """
    tall, wide = slice(0, values.shape[0]), slice(0, values.shape[1])
    if reach < max(values.shape):
        # No pixel nearer than this lies outside the square, whatever the ellipse; one more pixel for its spread.
        tall, wide = _between(tall, ellipse.row, reach + 1.0), _between(wide, ellipse.column, reach + 1.0)
        values, bad = values[tall, wide], bad[tall, wide]
    rows, columns = _offsets(tall, ellipse.row), _offsets(wide, ellipse.column)
    distance = _distance(rows[:, None], columns[None, :], ellipse)
    count = int(distance.max() * BINS_PER_PX) + 2 * BINS_PER_PX
    places = _places(distance)
    # An elliptical distance is never below the circular one: what is near lies in a small square.
    lines, across = (
        _between(tall, ellipse.row, FINE_RADIUS_PX),
        _between(wide, ellipse.column, FINE_RADIUS_PX),
    )
    square = (
        slice(lines.start - tall.start, lines.stop - tall.start),
        slice(across.start - wide.start, across.stop - wide.start),
    )
    near = (distance[square] < FINE_RADIUS_PX) & ~bad[square]
    places[bad] = count  # where nobody looks
    places[square][near] = count
    places = places.reshape(-1)
    flux = _spread(np.bincount(places, values.reshape(-1), minlength=count), count, BINS_PER_PX)
    area = _spread(np.bincount(places, minlength=count), count, BINS_PER_PX)
    near_rows, near_columns = np.nonzero(near)
    if near_rows.size:
        parts = _parts()
        fine = _distance(
            (rows[square[0]][near_rows][:, None, None] + parts[:, None]),
            (columns[square[1]][near_columns][:, None, None] + parts[None, :]),
            ellipse,
        ).reshape(-1)
        share = values[square][near].repeat(FINE_PARTS**2)
        width = BINS_PER_PX // FINE_PARTS
        places = _places(fine)
        flux += _spread(np.bincount(places, share, minlength=count), count, width) / FINE_PARTS**2
        area += _spread(np.bincount(places, minlength=count), count, width) / FINE_PARTS**2
    most = int(min(count, reach * BINS_PER_PX))
    radius = np.arange(most + 1) / BINS_PER_PX
    return Growth(radius=radius, flux=_summed(flux[:most]), area=_summed(area[:most]))


def distances(shape: tuple[int, ...], ellipse: Ellipse) -> NDArray[np.float32]:
    """Semi-major axis of the ellipse through each pixel.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    ellipse : Ellipse
        Centre and shape.

    Returns
    -------
    ndarray of float32, shape (row, column)
        In pixels.
    """
    rows, columns = _offsets(slice(0, shape[0]), ellipse.row), _offsets(slice(0, shape[1]), ellipse.column)
    return _distance(rows[:, None], columns[None, :], ellipse)


def petrosian_radius(curve: Growth) -> float:
    """Radius where the mean light in a ring of 1 px falls to 0.2 of the mean light inside.

    Parameters
    ----------
    curve : Growth
        About the centre of the object.

    Returns
    -------
    float
        In pixels; NaN when the ratio is never that small inside the stamp.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, eq. 4.
    """
    half = BINS_PER_PX // 2
    inside = slice(2 * half, -half)  # radii from 1 px on
    ring_flux = curve.flux[3 * half :] - curve.flux[half : -2 * half]
    ring_area = curve.area[3 * half :] - curve.area[half : -2 * half]
    area = curve.area[inside]
    usable = (ring_area > 0.0) & (area > 0.0)
    mean_inside = np.abs(curve.flux[inside]) / np.where(area > 0.0, area, 1.0)
    mean_ring = np.abs(ring_flux) / np.where(ring_area > 0.0, ring_area, 1.0)
    excess = np.where(usable, mean_ring - PETROSIAN_ETA * mean_inside, 1.0)
    below = np.flatnonzero(excess <= 0.0)
    if below.size == 0 or not curve.flux[inside][below[0]] > 0.0:
        return float("nan")
    last = int(below[0])
    radius = curve.radius[inside]
    if last == 0:
        return float(radius[0])
    step = excess[last - 1] / (excess[last - 1] - excess[last])
    return float(radius[last - 1] + step / BINS_PER_PX)


def _between(places: slice, centre: float, reach: float) -> slice:
    """Those of some places along an axis that lie within a reach of the centre."""
    first = min(max(places.start, ceil(centre - reach)), places.stop)
    return slice(first, max(first, min(places.stop, floor(centre + reach) + 1)))


def _offsets(places: slice, centre: float) -> NDArray[np.float32]:
    """Distances of places along an axis from the centre."""
    return (np.arange(places.start, places.stop) - centre).astype(np.float32)


@cache
def _parts() -> NDArray[np.float32]:
    """Middles of the parts of a pixel from its own middle; read-only."""
    parts = ((np.arange(FINE_PARTS) + 0.5) / FINE_PARTS - 0.5).astype(np.float32)
    parts.flags.writeable = False
    return parts


def _distance(
    rows: NDArray[np.float32], columns: NDArray[np.float32], ellipse: Ellipse
) -> NDArray[np.float32]:
    if ellipse.axis_ratio == 1.0:
        squared = rows * rows + columns * columns
    else:
        cosine, sine = np.float32(np.cos(ellipse.angle)), np.float32(np.sin(ellipse.angle))
        flat = np.float32(1.0 / ellipse.axis_ratio)
        along = columns * cosine + rows * sine
        across = rows * (cosine * flat) - columns * (sine * flat)
        along *= along
        across *= across
        squared = np.add(along, across, out=along)
    return np.sqrt(squared, out=squared)


def _summed(bins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sum that starts at 0."""
    sums = np.zeros(bins.size + 1)
    np.cumsum(bins, out=sums[1:])
    return sums


def _places(distance: NDArray[np.float32]) -> NDArray[np.intp]:
    """Nearest edge of a bin for each distance."""
    return (distance * np.float32(BINS_PER_PX) + np.float32(0.5)).astype(np.intp)


@cache
def _evenly(width: int) -> NDArray[np.float64]:
    """Share of each of the bins that an entry covers; read-only."""
    shares = np.full(width, 1.0 / width)
    shares.flags.writeable = False
    return shares


def _spread(entries: NDArray[np.float64] | NDArray[np.intp], count: int, width: int) -> NDArray[np.float64]:
    """Histogram in which every entry covers ``width`` bins (an even number) about its place."""
    covered = np.convolve(entries[:count], _evenly(width))
    half = width // 2
    bins = covered[half : half + count].copy()
    bins[0] += covered[:half].sum()  # nothing lies below radius 0
    return bins
