"""Concentration, asymmetry and smoothness."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, hypot

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.radii import Growth
from astrolens.analyse.segment import CentralObject
from astrolens.analyse.simplex import minimise
from astrolens.analyse.smoothing import boxcar

EXTENT_PETROSIAN = 1.5
SMOOTHING_PETROSIAN = 0.25
CENTRE_TOLERANCE_PX = 0.05
VALUE_TOLERANCE = 1e-3
MOST_STEPS = 80
FEWEST_SKY_PX = 64
SKY_ROWS = 3  # a third of the sky says how smooth it is
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
    radii; the same sum of the sky, with the same area, is subtracted. The centre is found by the downhill simplex,
    during which the aperture stays where the search began; the value is that of an aperture about the centre found.

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
    stamp = _stamp(values, good)
    standing = _standing(first, stamp, radius)

    _, (row, column) = minimise(
        _search(standing, stamp, radius, sky_term),
        (first, (first[0] + 0.5, first[1]), (first[0], first[1] + 0.5)),
        step=CENTRE_TOLERANCE_PX,
        change=VALUE_TOLERANCE,
        most=MOST_STEPS,
    )
    wandered = hypot(row - first[0], column - first[1]) > SMOOTHING_PETROSIAN * petrosian
    if wandered:
        row, column = first
    value = _asymmetry_at((row, column), stamp, radius, sky_term)
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
    reach = EXTENT_PETROSIAN * petrosian + 0.5 + box  # the ring, and what the box reads beyond it
    top, left = max(0, floor(row - reach)), max(0, floor(column - reach))
    values = found.values[top : ceil(row + reach) + 1, left : ceil(column + reach) + 1]
    rest = np.maximum(values - boxcar(values, box), 0.0)
    rows = np.arange(top, top + values.shape[0])[:, None] - row
    columns = np.arange(left, left + values.shape[1])[None, :] - column
    distance = np.sqrt(rows * rows + columns * columns)
    ring = np.clip(EXTENT_PETROSIAN * petrosian + 0.5 - distance, 0.0, 1.0)
    ring -= np.clip(SMOOTHING_PETROSIAN * petrosian + 0.5 - distance, 0.0, 1.0)
    light = float((ring * values).sum())
    if not light > 0.0:
        return float("nan")
    return (float((ring * rest).sum()) - float(ring.sum()) * _sky_smoothness(found, box)) / light


def _sky_smoothness(found: CentralObject, box: float) -> float:
    known = np.isfinite(found.sky_plane)
    if np.count_nonzero(known) < FEWEST_SKY_PX:
        return found.sky.sigma / float(np.sqrt(2.0 * np.pi))
    values = np.where(known, found.sky_plane, np.float32(0.0))
    weight = boxcar(known.astype(np.float32), box, every=SKY_ROWS)
    local = boxcar(values, box, every=SKY_ROWS) / np.maximum(weight, np.float32(1e-6))
    some = known[::SKY_ROWS]
    rest = np.maximum(values[::SKY_ROWS] - local, np.float32(0.0))
    return float(np.vdot(rest, some)) / max(1, int(np.count_nonzero(some)))


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stamp:
    """What the search turns: one plane and its mirror image, so that all slices run forward."""

    values: NDArray[np.float32]
    mirrored: NDArray[np.float32]
    light: NDArray[np.float32]  # absolute values
    good: NDArray[np.float32] | None  # None: every pixel is
    mirrored_good: NDArray[np.bool_] | None  # 2 by 2 pixels that are all good, by their first


def _stamp(values: NDArray[np.float32], good: NDArray[np.float32] | None) -> _Stamp:
    weighed = np.ascontiguousarray(values) if good is None else values * good
    quartets = None
    if good is not None:
        known = good[::-1, ::-1] > 0.0
        known = known[:-1] & known[1:]
        quartets = known[:, :-1] & known[:, 1:]
    return _Stamp(
        values=weighed,
        mirrored=np.ascontiguousarray(weighed[::-1, ::-1]),
        light=np.abs(weighed),
        good=good,
        mirrored_good=quartets,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Standing:
    """The aperture about the first centre, which the search compares inside."""

    rows: slice
    columns: slice
    weight: NDArray[np.float32]
    light: float
    area: float


def _standing(first: tuple[float, float], stamp: _Stamp, radius: float) -> _Standing | None:
    """None when the search has to weigh anew at every step: no light, or outside the stamp."""
    height, width = stamp.values.shape
    if not (0.0 <= first[0] <= height - 1 and 0.0 <= first[1] <= width - 1):
        return None
    rows, columns = _overlap(height, first[0], radius + 0.5), _overlap(width, first[1], radius + 0.5)
    weight = _weight(first, rows, columns, stamp, radius)
    light = float(np.vdot(weight, stamp.light[rows.pixels, columns.pixels]))
    if not light > 0.0:
        return None
    return _Standing(
        rows=rows.pixels,
        columns=columns.pixels,
        weight=weight,
        light=light,
        area=float(weight.sum()),
    )


def _search(
    standing: _Standing | None, stamp: _Stamp, radius: float, sky_term: float
) -> Callable[[tuple[float, float]], float]:
    """Asymmetry about a centre inside the standing aperture; by the full way where partners leave the stamp.

    The same sums as `_turn` makes, on whole lines of the stamp put end to end: what lies beside the aperture is
    worked out in vain, and still a step takes two thirds of the time.
    """
    if standing is None:
        return lambda centre: _asymmetry_at(centre, stamp, radius, sky_term)
    height, width = stamp.values.shape
    tall, wide = standing.weight.shape
    top, left = standing.rows.start, standing.columns.start
    lines, read = tall * width, (tall - 1) * width + wide
    values = stamp.values.reshape(-1)[top * width + left :][:read]
    mirrored = stamp.mirrored.reshape(-1)
    steps = mirrored[:-width] - mirrored[width:]
    mixed, padded = np.empty(lines, np.float32), np.empty(lines, np.float32)
    turned, inside = padded[:read], padded.reshape(tall, width)[:, :wide]
    difference = np.empty((tall, wide), np.float32)
    flat, weight = difference.reshape(-1), standing.weight.reshape(-1)

    def _at(centre: tuple[float, float]) -> float:
        row, column = 2.0 * centre[0], 2.0 * centre[1]
        whole_row, whole_column = floor(row), floor(column)
        down, right = height - 2 - whole_row + top, width - 2 - whole_column + left  # as in `_overlap`
        if not (0 <= down < height - tall and 0 <= right < width - wide):
            return _asymmetry_at(centre, stamp, radius, sky_term)
        first = down * width
        np.multiply(steps[first : first + lines], np.float32(row - whole_row), out=mixed)
        np.add(mixed, mirrored[first + width : first + width + lines], out=mixed)
        after = mixed[right + 1 : right + 1 + read]
        np.subtract(mixed[right : right + read], after, out=turned)
        np.multiply(turned, np.float32(column - whole_column), out=turned)
        np.add(turned, after, out=turned)
        np.subtract(values, turned, out=turned)
        np.abs(inside, out=difference)
        return (float(weight.dot(flat)) - standing.area * sky_term) / standing.light

    return _at


def _asymmetry_at(centre: tuple[float, float], stamp: _Stamp, radius: float, sky_term: float) -> float:
    height, width = stamp.values.shape
    if not (0.0 <= centre[0] <= height - 1 and 0.0 <= centre[1] <= width - 1):
        return _OUTSIDE
    rows, columns = _overlap(height, centre[0], radius + 0.5), _overlap(width, centre[1], radius + 0.5)
    own = (rows.pixels, columns.pixels)
    difference = _turn(stamp.mirrored, rows, columns)
    np.subtract(stamp.values[own], difference, out=difference)
    np.abs(difference, out=difference)
    weight = _weight(centre, rows, columns, stamp, radius)
    light = float(np.vdot(weight, stamp.light[own]))
    if light <= 0.0:
        return _OUTSIDE
    return (float(np.vdot(weight, difference)) - float(weight.sum()) * sky_term) / light


def _weight(
    centre: tuple[float, float], rows: "_Overlap", columns: "_Overlap", stamp: _Stamp, radius: float
) -> NDArray[np.float32]:
    """Share of each pixel of the overlap inside the aperture; 0 where it or its partner is bad."""
    down = np.arange(rows.pixels.start, rows.pixels.stop, dtype=np.float32) - np.float32(centre[0])
    right = np.arange(columns.pixels.start, columns.pixels.stop, dtype=np.float32) - np.float32(centre[1])
    weight = (down * down)[:, None] + (right * right)[None, :]
    np.sqrt(weight, out=weight)
    np.subtract(np.float32(radius + 0.5), weight, out=weight)
    np.maximum(weight, np.float32(0.0), out=weight)
    np.minimum(weight, np.float32(1.0), out=weight)
    if stamp.good is not None and stamp.mirrored_good is not None:
        weight *= stamp.good[rows.pixels, columns.pixels]
        weight *= stamp.mirrored_good[_but_last(rows.partner), _but_last(columns.partner)]
    return weight


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Along one axis: pixels in the aperture whose partner across the centre is known, and how to read that partner."""

    pixels: slice
    partner: slice  # of the mirrored axis
    share: float


def _overlap(length: int, centre: float, reach: float) -> _Overlap:
    """Partner of pixel p is 2 c - p = (n - p) + share with whole n, between pixels n - p and n - p + 1."""
    whole = floor(2.0 * centre)
    share = 2.0 * centre - whole
    first = max(0, whole + 2 - length, ceil(centre - reach))
    last = min(length - 1, whole, floor(centre + reach))
    # Mirrored, partners run forward: pixel n - p + 1 comes just before pixel n - p.
    before = length - 2 - whole + first
    return _Overlap(slice(first, last + 1), slice(before, before + last - first + 2), share)


def _but_last(places: slice) -> slice:
    return slice(places.start, places.stop - 1)


def _turn(mirrored: NDArray[np.float32], rows: _Overlap, columns: _Overlap) -> NDArray[np.float32]:
    """Values at the partners of all pixels of the overlap, by bilinear interpolation."""
    part = mirrored[rows.partner, columns.partner]
    mixed = part[:-1] - part[1:]
    mixed *= np.float32(rows.share)
    mixed += part[1:]
    turned = mixed[:, :-1] - mixed[:, 1:]
    turned *= np.float32(columns.share)
    turned += mixed[:, 1:]
    return turned
