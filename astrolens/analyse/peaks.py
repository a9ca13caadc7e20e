"""A second peak of light: another nucleus, a companion, a star in front."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.segment import CentralObject
from astrolens.analyse.smoothing import gaussian

SMOOTHING_PETROSIAN = 0.06
LEAST_SMOOTHING_PX = 1.0
EXTENT_PETROSIAN = 1.5
LEAST_DIP = 0.05
LEAST_SIGMA = 3.0
MOST_PEAKS = 8
TRUNCATE = 3.0
_LINE_STEPS = 24


def second_peak_ratio(found: CentralObject, row: float, column: float, petrosian: float) -> float:
    """Height of the brightest second peak over that of the main one.

    After smoothing by 0.06 Petrosian radii (at least 1 px) the main peak is the brightest one of the object's
    segment. Another local maximum within 1.5 Petrosian radii of the centre, in the object or beside it, counts when
    it stands 3 times the sky scatter and 5 % of its own height above the lowest point of the line to the main peak.

    Parameters
    ----------
    found : CentralObject
        The object and its surroundings.
    row, column : float
        Centre of least asymmetry in pixels of the stamp.
    petrosian : float
        Petrosian radius in pixels.

    Returns
    -------
    float
        In [0, 1]; 0 when there is no second peak, 1 also when a neighbour outshines the object.
    """
    smoothing = max(SMOOTHING_PETROSIAN * petrosian, LEAST_SMOOTHING_PX)
    reach = EXTENT_PETROSIAN * petrosian + TRUNCATE * smoothing + 2.0
    top, left = max(0, floor(row - reach)), max(0, floor(column - reach))
    part = (slice(top, ceil(row + reach) + 1), slice(left, ceil(column + reach) + 1))
    row, column = row - top, column - left
    smooth = gaussian(found.everything[part], smoothing, TRUNCATE)
    rows, columns = np.nonzero(smooth == _highest_around(smooth))
    near = np.hypot(rows - row, columns - column) <= EXTENT_PETROSIAN * petrosian
    rows, columns = rows[near], columns[near]
    heights = smooth[rows, columns]
    least = LEAST_SIGMA * found.sky.sigma / (2.0 * np.sqrt(np.pi) * smoothing)
    mine = found.segment[part][rows, columns]
    if not mine.any():
        return 0.0
    main = int(np.argmax(np.where(mine, heights, -np.inf)))
    if heights[main] <= 0.0:
        return 0.0
    for peak in np.argsort(heights)[::-1][: MOST_PEAKS + 1]:
        if peak == main or heights[peak] <= least:
            continue
        low = _lowest_between(smooth, (rows[main], columns[main]), (rows[peak], columns[peak]))
        if heights[peak] - low >= max(least, LEAST_DIP * float(heights[peak])):
            return float(min(1.0, heights[peak] / heights[main]))
    return 0.0


def _highest_around(smooth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Maximum over the 3 by 3 pixels around each."""
    wide = smooth.copy()
    np.maximum(wide[:, 1:], smooth[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], smooth[:, 1:], out=wide[:, :-1])
    highest = wide.copy()
    np.maximum(highest[1:], wide[:-1], out=highest[1:])
    np.maximum(highest[:-1], wide[1:], out=highest[:-1])
    return highest


def _lowest_between(
    smooth: NDArray[np.float32], start: tuple[np.intp, np.intp], end: tuple[np.intp, np.intp]
) -> float:
    """Least value at 24 places of a straight line, by bilinear interpolation."""
    rows, columns = (np.linspace(start[axis], end[axis], _LINE_STEPS) for axis in range(2))
    top = np.minimum(rows.astype(np.intp), smooth.shape[0] - 2)
    left = np.minimum(columns.astype(np.intp), smooth.shape[1] - 2)
    down, right = rows - top, columns - left
    places = top * smooth.shape[1] + left
    corners = smooth.take((places, places + 1, places + smooth.shape[1], places + smooth.shape[1] + 1))
    upper, lower = (1.0 - down), down
    values = upper * (1.0 - right) * corners[0] + upper * right * corners[1]
    values += lower * (1.0 - right) * corners[2] + lower * right * corners[3]
    return float(values.min().astype(np.float32))
