"""Concentration, asymmetry and smoothness."""

from dataclasses import dataclass
from math import floor, hypot

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from astrolens.analyse.radii import Growth
from astrolens.analyse.segment import CentralObject

EXTENT_PETROSIAN = 1.5
SMOOTHING_PETROSIAN = 0.25
CENTRE_TOLERANCE_PX = 0.03
MOST_STEPS = 80
FEWEST_SKY_PX = 64
_OUTSIDE = 100.0  # asymmetry reported to the search beyond the stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """The smallest asymmetry and where it is.

    Attributes
    ----------
    value : float
        Background term subtracted; may be negative for noise.
    row, column : float
        Centre of rotation in pixels of the stamp.
    converged : bool
        False when the search left the object; the centre is then where it started.
    """

    value: float
    row: float
    column: float
    converged: bool


def concentration(curve: Growth, petrosian: float) -> float:
    """Ratio of the radii that hold 80 and 20 % of the light within 1.5 Petrosian radii, as 5 log10.

    Parameters
    ----------
    curve : Growth
        About the centre of least asymmetry.
    petrosian : float
        Petrosian radius in pixels.

    Returns
    -------
    float
        NaN when a radius cannot be found.

    References
    ----------
    .. [1] Conselice (2003), ApJS 147, 1, eq. 10; Lotz et al. (2004), AJ 128, 163, eq. 9.
    """
    total = EXTENT_PETROSIAN * petrosian
    inner, outer = curve.radius_of(0.2, total), curve.radius_of(0.8, total)
    return float(5.0 * np.log10(outer / inner)) if inner > 0.0 else float("nan")


def asymmetry(found: CentralObject, start: tuple[float, float], petrosian: float) -> Asymmetry:
    """Light that does not match itself turned by 180 degrees, at the centre that makes it smallest.

    The picture is turned about any sub-pixel centre by bilinear interpolation and compared inside 1.5 Petrosian
    radii; the same sum of the sky, with the same area, is subtracted. The centre is found by the downhill simplex.

    Parameters
    ----------
    found : CentralObject
        The object and its sky.
    start : tuple of float
        Row and column where the search begins.
    petrosian : float
        Petrosian radius about ``start`` in pixels.

    Returns
    -------
    Asymmetry
        ``value`` is NaN when the aperture holds no light.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, eq. 10.
    .. [2] Conselice, Bershady and Jangren (2000), ApJ 529, 886 (centre).
    """
    values, good, corner = _part(found, start, petrosian)
    radius = EXTENT_PETROSIAN * petrosian
    sky_term = sky_asymmetry(found)
    first = (start[0] - corner[0], start[1] - corner[1])
    weighed = values if good is None else values * good

    simplex = np.array([first, (first[0] + 0.5, first[1]), (first[0], first[1] + 0.5)])
    result = optimize.minimize(
        _asymmetry_at,
        np.array(first),
        args=(weighed, good, radius, sky_term),
        method="Nelder-Mead",
        options={
            "initial_simplex": simplex,
            "xatol": CENTRE_TOLERANCE_PX,
            "fatol": 1e-4,
            "maxfev": MOST_STEPS,
        },
    )
    row, column = float(result.x[0]), float(result.x[1])
    wandered = hypot(row - first[0], column - first[1]) > SMOOTHING_PETROSIAN * petrosian
    if wandered:
        row, column = first
    value = _asymmetry_at(np.array([row, column]), weighed, good, radius, sky_term)
    return Asymmetry(
        value=value if value < _OUTSIDE else float("nan"),
        row=row + corner[0],
        column=column + corner[1],
        converged=not wandered,
    )


def sky_asymmetry(found: CentralObject) -> float:
    """Mean difference between sky pixels and their partners across the middle of the frame.

    Parameters
    ----------
    found : CentralObject
        The object and its sky.

    Returns
    -------
    float
        In the unit of the pixels; for white noise 1.13 times the scatter, which also stands in where fewer than
        64 pairs exist.
    """
    difference = np.abs(found.sky_plane - found.sky_plane[::-1, ::-1])
    known = difference[np.isfinite(difference)]
    if known.size < FEWEST_SKY_PX:
        return float(2.0 / np.sqrt(np.pi)) * found.sky.sigma
    return float(known.mean())


def smoothness(found: CentralObject, row: float, column: float, petrosian: float) -> float:
    """Share of light in structure finer than a quarter of the Petrosian radius, less that of the sky.

    The box is centred at any width; statmorph cuts its width to whole pixels, and an even one lies half a pixel off.

    Parameters
    ----------
    found : CentralObject
        The object and its sky.
    row, column : float
        Centre of least asymmetry in pixels of the stamp.
    petrosian : float
        Petrosian radius in pixels.

    Returns
    -------
    float
        NaN when the ring between 0.25 and 1.5 Petrosian radii holds no light.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, eq. 11 (without the factor 10 of Conselice 2003).
    """
    box = max(1.0, SMOOTHING_PETROSIAN * petrosian)
    rest = np.maximum(found.values - _boxcar(found.values, box), 0.0)
    rows = np.arange(found.values.shape[0])[:, None] - row
    columns = np.arange(found.values.shape[1])[None, :] - column
    distance = np.sqrt(rows * rows + columns * columns)
    ring = np.clip(EXTENT_PETROSIAN * petrosian + 0.5 - distance, 0.0, 1.0)
    ring -= np.clip(SMOOTHING_PETROSIAN * petrosian + 0.5 - distance, 0.0, 1.0)
    light = float((ring * found.values).sum())
    if not light > 0.0:
        return float("nan")
    return (float((ring * rest).sum()) - float(ring.sum()) * _sky_smoothness(found, box)) / light


def _boxcar(values: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """Mean over a centred square of any width, so that neither an even width shifts it nor a growing one jumps."""
    whole = 2 * floor((width - 1.0) / 2.0) + 1
    kernel = np.pad(np.ones(whole), 1, constant_values=(width - whole) / 2.0) / width
    for axis in range(2):
        values = ndimage.correlate1d(values, kernel, axis=axis)
    return values


def _sky_smoothness(found: CentralObject, box: float) -> float:
    known = np.isfinite(found.sky_plane)
    if np.count_nonzero(known) < FEWEST_SKY_PX:
        return found.sky.sigma / float(np.sqrt(2.0 * np.pi))
    values = np.where(known, found.sky_plane, np.float32(0.0))
    weight = _boxcar(known.astype(np.float32), box)
    local = _boxcar(values, box) / np.maximum(weight, np.float32(1e-6))
    return float(np.maximum(values - local, 0.0)[known].mean())


def _part(
    found: CentralObject, start: tuple[float, float], petrosian: float
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, tuple[int, int]]:
    """Square that holds the aperture about every centre the search may visit; None for all pixels good."""
    half = (EXTENT_PETROSIAN + 2 * SMOOTHING_PETROSIAN) * petrosian + 2.0
    row, column = max(0, floor(start[0] - half)), max(0, floor(start[1] - half))
    part = (slice(row, floor(start[0] + half) + 1), slice(column, floor(start[1] + half) + 1))
    bad = found.bad[part]
    good = (~bad).astype(np.float32) if bad.any() else None
    return found.values[part], good, (row, column)


def _asymmetry_at(
    centre: NDArray[np.float64],
    values: NDArray[np.float32],
    good: NDArray[np.float32] | None,
    radius: float,
    sky_term: float,
) -> float:
    height, width = values.shape
    if not (0.0 <= centre[0] <= height - 1 and 0.0 <= centre[1] <= width - 1):
        return _OUTSIDE
    here, there = _overlap(height, float(centre[0])), _overlap(width, float(centre[1]))
    own = values[here.pixels, there.pixels]
    difference = np.abs(own - _turn(values, here, there))
    rows = np.arange(here.pixels.start, here.pixels.stop, dtype=np.float32) - np.float32(centre[0])
    columns = np.arange(there.pixels.start, there.pixels.stop, dtype=np.float32) - np.float32(centre[1])
    weight = np.sqrt((rows * rows)[:, None] + (columns * columns)[None, :])
    np.subtract(np.float32(radius + 0.5), weight, out=weight)
    np.maximum(weight, np.float32(0.0), out=weight)
    np.minimum(weight, np.float32(1.0), out=weight)
    if good is not None:
        weight *= good[here.pixels, there.pixels]
        weight *= _turn(good, here, there) > 0.999
    light = float(np.vdot(weight, np.abs(own)))
    if light <= 0.0:
        return _OUTSIDE
    return (float(np.vdot(weight, difference)) - float(weight.sum()) * sky_term) / light


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Along one axis: pixels whose partner across the centre lies inside, and how to read that partner."""

    pixels: slice
    partner: slice
    share: float


def _overlap(length: int, centre: float) -> _Overlap:
    """Partner of pixel p is 2 c - p = (n - p) + share with whole n, between pixels n - p and n - p + 1."""
    whole = floor(2.0 * centre)
    share = 2.0 * centre - whole
    first, last = max(0, whole + 2 - length), min(length - 1, whole)
    # Partners run backwards from whole - first down to whole - last, each with its right neighbour.
    return _Overlap(slice(first, last + 1), slice(whole - last, whole - first + 2), share)


def _turn(values: NDArray[np.float32], rows: _Overlap, columns: _Overlap) -> NDArray[np.float32]:
    """Values at the partners of all pixels of the overlap, by bilinear interpolation."""
    part = values[rows.partner, columns.partner]
    down, right = np.float32(rows.share), np.float32(columns.share)
    mixed = part[:-1] * (1 - down) + part[1:] * down
    turned = mixed[:, :-1] * (1 - right) + mixed[:, 1:] * right
    return np.asarray(turned[::-1, ::-1], dtype=np.float32)
