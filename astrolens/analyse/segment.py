"""The central object: which pixels are its own, which are sky, which belong to others."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from astrolens.analyse.background import Sky, sky_of
from astrolens.analyse.smoothing import gaussian

SMOOTHING_PX = 1.2
TRUNCATE = 3.0
THRESHOLD_SIGMA = 2.5
PEAK_SIGMA = 4.0
SMALLEST_AREA_PX = 8
FARTHEST_FRACTION = 0.15
STAMP_REACH = 1.25
SMALLEST_HALF_STAMP_PX = 24
NEIGHBOUR_FLUX_FRACTION = 0.25
_EIGHT = np.ones((3, 3), dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentralObject:
    """The object in the middle of a frame, cut out with its surroundings.

    Attributes
    ----------
    values : ndarray of float32, shape (row, column)
        Stamp around the object, sky subtracted, 0 where ``bad``.
    bad : ndarray of bool, shape (row, column)
        Unknown, or another object.
    segment : ndarray of bool, shape (row, column)
        The object.
    everything : ndarray of float32, shape (row, column)
        The stamp with the other objects left in; 0 where unknown.
    corner : tuple of int
        Row and column of the stamp in the frame.
    sky_plane : ndarray of float32
        The frame, sky subtracted, NaN wherever any object or unknown pixel is.
    sky : Sky
        Level and scatter outside all objects; the scatter is never 0 where there is an object.
    touches_edge : bool
        True when the segment reaches the border of the frame.
    bright_neighbour : bool
        True when another object inside the stamp has at least a quarter of its flux.
    """

    values: NDArray[np.float32]
    bad: NDArray[np.bool_]
    segment: NDArray[np.bool_]
    everything: NDArray[np.float32]
    corner: tuple[int, int]
    sky_plane: NDArray[np.float32]
    sky: Sky
    touches_edge: bool
    bright_neighbour: bool


def central_object(plane: NDArray[np.float32]) -> CentralObject | None:
    """Find the object nearest to the middle of a frame.

    The plane is smoothed by a Gaussian of 1.2 px; what rises more than 2.5 times the scatter of the smoothed sky
    above it and is connected (eight neighbours, at least 8 px, a peak above 4 times) is an object. The sky is measured again outside all
    of them and the cut repeated once. Overlapping objects are not separated.

    Parameters
    ----------
    plane : ndarray of float32, shape (row, column)
        NaN where unknown.

    Returns
    -------
    CentralObject or None
        None when no object lies within 0.15 of the shorter side from the middle.
    """
    known = np.isfinite(plane)
    if min(plane.shape) < 8 or not known.any():
        return None
    first = sky_of(plane)
    filled = np.where(known, plane - np.float32(first.level), np.float32(0.0))
    smooth = np.ascontiguousarray(gaussian(filled, SMOOTHING_PX, TRUNCATE))
    # A sky without noise (8-bit black, simulations) must not make every pixel an object.
    least = max(1e-3 * _bright_level(smooth), 1e-6 * float(smooth.max()))
    labels, chosen = _objects(smooth, sky_of(smooth), least, known)
    if chosen == 0:
        return None
    outside = known & ~_grown(labels > 0)
    if np.count_nonzero(outside) >= max(64, plane.size // 50):
        sky_values = plane[outside]
        labels, chosen = _objects(smooth, sky_of(smooth[outside]), least, known)
        if chosen == 0:
            return None
        second = sky_of(sky_values)
    else:
        second = first
    sky = Sky(level=second.level, sigma=max(second.sigma, least))
    return _cut(plane, known, labels, chosen, sky)


def _bright_level(smooth: NDArray[np.float32]) -> float:
    """Level that one pixel in a thousand exceeds."""
    place = smooth.size - 1 - (smooth.size - 1) // 1000
    return float(np.partition(smooth, place, axis=None)[place])


def _objects(
    smooth: NDArray[np.float32], sky: Sky, least: float, known: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], int]:
    """Labels of all objects (0: none) and the label of the central one (0: there is none)."""
    scatter = max(sky.sigma, least)
    above = (smooth > sky.level + THRESHOLD_SIGMA * scatter) & known
    labels, count = ndimage.label(above, structure=_EIGHT)
    places = np.flatnonzero(above)  # few: the rest is sky
    found = labels.reshape(-1)[places]
    high = smooth.reshape(-1)[places] > sky.level + PEAK_SIGMA * scatter
    keep = np.zeros(count + 1, dtype=np.bool_)
    keep[found[high]] = True
    keep &= np.bincount(found, minlength=count + 1) >= SMALLEST_AREA_PX
    lost = ~keep[found]
    labels.reshape(-1)[places[lost]] = 0
    return labels, _most_central(labels)


def _most_central(labels: NDArray[np.int32]) -> int:
    """Label of the object that reaches nearest to the middle; 0 when none comes near."""
    middle = _middle(*labels.shape)
    if middle.distance.size == 0:
        return 0
    window = labels[middle.rows, middle.columns]
    distance = np.where(window == 0, np.inf, middle.distance)
    nearest = divmod(int(distance.argmin()), distance.shape[1])
    return int(window[nearest]) if distance[nearest] <= middle.farthest else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Middle:
    """Where the central object may begin; distances are squared and read-only."""

    rows: slice
    columns: slice
    distance: NDArray[np.float64]
    farthest: float


@lru_cache(maxsize=16)
def _middle(height: int, width: int) -> _Middle:
    """About the middle of frames of a shape."""
    reach = FARTHEST_FRACTION * min(height, width)
    middle_row, middle_column = (height - 1) / 2.0, (width - 1) / 2.0
    rows = np.arange(ceil(middle_row - reach), floor(middle_row + reach) + 1)
    columns = np.arange(ceil(middle_column - reach), floor(middle_column + reach) + 1)
    distance = ((rows - middle_row) ** 2)[:, None] + ((columns - middle_column) ** 2)[None, :]
    distance.flags.writeable = False
    return _Middle(
        rows=slice(ceil(middle_row - reach), floor(middle_row + reach) + 1),
        columns=slice(ceil(middle_column - reach), floor(middle_column + reach) + 1),
        distance=distance,
        farthest=reach * reach,
    )


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Two pixels more on all sides."""
    wide = mask.copy()
    for shift in (1, 2):
        wide[:, shift:] |= mask[:, :-shift]
        wide[:, :-shift] |= mask[:, shift:]
    grown = wide.copy()
    for shift in (1, 2):
        grown[shift:] |= wide[:-shift]
        grown[:-shift] |= wide[shift:]
    return grown


def _cut(
    plane: NDArray[np.float32],
    known: NDArray[np.bool_],
    labels: NDArray[np.int32],
    chosen: int,
    sky: Sky,
) -> CentralObject:
    """Stamp of 1.25 times the extent of the object on each side of its middle."""
    mine = labels == chosen
    rows, columns = np.flatnonzero(mine.any(axis=1)), np.flatnonzero(mine.any(axis=0))
    extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    half = max(int(extent * STAMP_REACH), SMALLEST_HALF_STAMP_PX)
    middle_row, middle_column = (rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2
    row, column = max(0, int(middle_row) - half), max(0, int(middle_column) - half)
    stamp = (slice(row, int(middle_row) + half), slice(column, int(middle_column) + half))
    subtracted = plane - np.float32(sky.level)
    others = (labels[stamp] > 0) & ~mine[stamp]
    bad = ~known[stamp] | others
    everything = np.where(known[stamp], subtracted[stamp], np.float32(0.0))
    values = np.where(bad, np.float32(0.0), everything)
    objects = _grown(labels > 0)
    own_flux = float(values[mine[stamp]].sum())
    height, width = plane.shape
    return CentralObject(
        values=values,
        bad=bad,
        segment=mine[stamp],
        everything=everything,
        corner=(row, column),
        sky_plane=np.where(known & ~objects, subtracted, np.float32(np.nan)),
        sky=sky,
        touches_edge=bool(
            rows[0] == 0 or columns[0] == 0 or rows[-1] == height - 1 or columns[-1] == width - 1
        ),
        bright_neighbour=_brightest(everything, labels[stamp], others) >= NEIGHBOUR_FLUX_FRACTION * own_flux,
    )


def _brightest(values: NDArray[np.float32], labels: NDArray[np.int32], others: NDArray[np.bool_]) -> float:
    """Flux of the brightest other object."""
    if not others.any():
        return -np.inf
    return float(np.bincount(labels[others], weights=values[others]).max())
