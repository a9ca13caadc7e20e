"""The whole sky on an ellipse of character cells: Mollweide's projection, east to the left, 12 h in the middle.

Equal areas of the sky have equal areas of the screen (Snyder 1987, USGS Professional Paper 1395, equations 31-1 to 31-8).
"""

from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

import numpy as np

from astrolens.domain.areas import area_of

_MIDDLE_DEG = 180.0
_SAMPLES = 3  # points of a cell in each direction
_STEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """Where the sky lies in a box of cells, and which areas each cell shows."""

    columns: int
    rows: int
    areas: tuple[tuple[frozenset[int], ...], ...]  # by row and column; empty outside the sky

    def cell_of(self, ra_deg: float, dec_deg: float) -> tuple[int, int]:
        """Column and row of a position."""
        theta = _theta(radians(dec_deg))
        x = -(((ra_deg - _MIDDLE_DEG + 180.0) % 360.0) - 180.0) / 180.0 * cos(theta)
        column = int((x + 1.0) / 2.0 * self.columns)
        row = int((1.0 - sin(theta)) / 2.0 * self.rows)
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)


def fit_ellipse(columns: int, rows: int) -> Ellipse:
    """The largest sky in a box; cells are twice as high as wide."""
    wide = max(4, min(columns, 4 * rows))
    high = max(1, wide // 4)
    wide = min(4 * high, columns)
    steps = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    x = 2.0 * ((np.arange(wide)[:, None] + steps).ravel() / wide) - 1.0
    y = 1.0 - 2.0 * ((np.arange(high)[:, None] + steps).ravel() / high)
    theta = np.arcsin(y)
    dec = np.degrees(np.arcsin(np.clip((2.0 * theta + np.sin(2.0 * theta)) / pi, -1.0, 1.0)))
    half = np.cos(theta)  # half the width of the sky at that height, against that at the equator
    table = []
    for row in range(high):
        line = []
        for column in range(wide):
            found = set()
            for place_y in range(row * _SAMPLES, (row + 1) * _SAMPLES):
                for place_x in range(column * _SAMPLES, (column + 1) * _SAMPLES):
                    if abs(x[place_x]) <= half[place_y]:
                        ra = (_MIDDLE_DEG - 180.0 * x[place_x] / max(half[place_y], 1e-9)) % 360.0
                        found.add(area_of(float(ra), float(dec[place_y])))
            line.append(frozenset(found))
        table.append(tuple(line))
    return Ellipse(columns=wide, rows=high, areas=tuple(table))


def _theta(dec: float) -> float:
    """Auxiliary angle, by Newton's method; at the poles it is the latitude itself."""
    if abs(abs(dec) - pi / 2) < 1e-6:
        return dec
    theta = dec * 0.9
    for _ in range(_STEPS):
        slope = 2.0 + 2.0 * cos(2.0 * theta)
        if slope < 1e-9:
            break
        theta -= (2.0 * theta + sin(2.0 * theta) - pi * sin(dec)) / slope
    return min(max(theta, -pi / 2), pi / 2)


def half_width(row: int, rows: int) -> float:
    """Share of the full width that the sky has at a row."""
    y = 1.0 - 2.0 * (row + 0.5) / rows
    return sqrt(max(0.0, 1.0 - y * y))
