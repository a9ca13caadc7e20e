"""Surface-brightness profiles of galaxies and stars on a pixel grid."""

from dataclasses import dataclass
from math import cos, exp, log, pi, radians, sin

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, gammaincinv, k1

Plane = NDArray[np.float32]

_CORE_HALF_PX = 4
_CORE_STEPS = 11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Pixel centres of a window of the picture.

    Attributes
    ----------
    x : ndarray of float32, shape (1, column)
        Column coordinates in pixels of the whole picture.
    y : ndarray of float32, shape (row, 1)
        Row coordinates in pixels of the whole picture.
    """

    x: Plane
    y: Plane

    @classmethod
    def window(cls, left: int, top: int, columns: int, rows: int) -> "Grid":
        """Grid of a rectangle.

        Parameters
        ----------
        left, top : int
            First column and first row.
        columns, rows : int
            Size in pixels.

        Returns
        -------
        Grid
            Its pixel centres.
        """
        x = np.arange(left, left + columns, dtype=np.float32)[None, :]
        return cls(x=x, y=np.arange(top, top + rows, dtype=np.float32)[:, None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where an elliptical body lies and how it is turned.

    Attributes
    ----------
    x, y : float
        Centre in pixels.
    axis_ratio : float
        Minor over major axis, in (0, 1].
    angle_deg : float
        Of the major axis from +x towards +y.
    """

    x: float
    y: float
    axis_ratio: float = 1.0
    angle_deg: float = 0.0

    def axes(self, grid: Grid) -> tuple[Plane, Plane]:
        """Coordinates along the two axes.

        Parameters
        ----------
        grid : Grid
            Where to look.

        Returns
        -------
        tuple of ndarray of float32, shape (row, column)
            Distance along the major axis, and along the minor axis stretched by 1 / axis ratio; in pixels.
        """
        c, s = cos(radians(self.angle_deg)), sin(radians(self.angle_deg))
        x, y = grid.x - np.float32(self.x), grid.y - np.float32(self.y)
        along = np.float32(c) * x + np.float32(s) * y
        across = np.float32(-s / self.axis_ratio) * x + np.float32(c / self.axis_ratio) * y
        return along, across

    def radius(self, grid: Grid) -> Plane:
        """Elliptical radius, measured on the major axis.

        Parameters
        ----------
        grid : Grid
            Where to look.

        Returns
        -------
        ndarray of float32, shape (row, column)
            In pixels.
        """
        along, across = self.axes(grid)
        return np.sqrt(along * along + across * across)


def sersic_b(n: float) -> float:
    """Number that makes the effective radius hold half the light.

    Parameters
    ----------
    n : float
        Sérsic index, greater than 0.

    Returns
    -------
    float
        Solution b of Gamma(2n) = 2 gamma(2n, b).

    References
    ----------
    .. [1] Graham & Driver (2005), PASA 22, 118, eq. 1.
    """
    return float(gammaincinv(2.0 * n, 0.5))


def sersic(grid: Grid, shape: Shape, *, radius_px: float, n: float, flux: float) -> Plane:
    """Sérsic body; the cusp is integrated over its pixels.

    Parameters
    ----------
    grid : Grid
        Where to draw.
    shape : Shape
        Centre and ellipse.
    radius_px : float
        Effective (half-light) radius on the major axis.
    n : float
        Sérsic index: 0.5 Gaussian, 1 exponential disk, 4 de Vaucouleurs.
    flux : float
        Light of the whole body out to infinity.

    Returns
    -------
    ndarray of float32, shape (row, column)
        Light per pixel.

    References
    ----------
    .. [1] Sérsic (1963), BAAA 6, 41; Graham & Driver (2005), PASA 22, 118, eqs. 1, 2 and 4.
    """
    b = sersic_b(n)
    log_peak = log(flux) + 2.0 * n * log(b) - log(2.0 * pi * n * float(gamma(2.0 * n)) * shape.axis_ratio)
    peak = exp(log_peak - 2.0 * log(radius_px))
    drawn = _brightness(grid, shape, radius_px, n, peak)
    left, top = int(grid.x[0, 0]), int(grid.y[0, 0])
    column, row = round(shape.x) - left, round(shape.y) - top
    first_column, last_column = column - _CORE_HALF_PX, column + _CORE_HALF_PX + 1
    first_row, last_row = row - _CORE_HALF_PX, row + _CORE_HALF_PX + 1
    if first_column < 0 or first_row < 0 or last_column > grid.x.size or last_row > grid.y.size:
        return drawn
    steps = (np.arange(_CORE_STEPS, dtype=np.float32) + np.float32(0.5)) / np.float32(_CORE_STEPS)
    steps = (steps - np.float32(0.5)).astype(np.float32)
    fine = Grid(
        x=(grid.x[0, first_column:last_column, None] + steps).reshape(1, -1),
        y=(grid.y[first_row:last_row, 0, None] + steps).reshape(-1, 1),
    )
    side = 2 * _CORE_HALF_PX + 1
    inside = _brightness(fine, shape, radius_px, n, peak).reshape(side, _CORE_STEPS, side, _CORE_STEPS)
    drawn[first_row:last_row, first_column:last_column] = inside.mean(axis=(1, 3))
    return drawn


def _brightness(grid: Grid, shape: Shape, radius_px: float, n: float, peak: float) -> Plane:
    along, across = shape.axes(grid)
    squared = (along * along + across * across) * np.float32(radius_px**-2)
    fall = np.exp(np.float32(-sersic_b(n)) * squared ** np.float32(0.5 / n))
    return np.asarray(np.float32(peak) * fall, dtype=np.float32)


def edge_on_disk(grid: Grid, shape: Shape, *, length_px: float, height_px: float, flux: float) -> Plane:
    """Exponential disk seen from its edge.

    Parameters
    ----------
    grid : Grid
        Where to draw.
    shape : Shape
        Centre and angle; its axis ratio is not used.
    length_px : float
        Radial scale length.
    height_px : float
        Vertical scale height.
    flux : float
        Light of the whole disk.

    Returns
    -------
    ndarray of float32, shape (row, column)
        Light per pixel.

    References
    ----------
    .. [1] van der Kruit & Searle (1981), A&A 95, 105, eq. 5: (x/h) K1(x/h) sech^2(z/z0).
    """
    flat = Shape(x=shape.x, y=shape.y, angle_deg=shape.angle_deg)
    along, across = flat.axes(grid)
    reduced = np.maximum(np.abs(along) / np.float32(length_px), np.float32(1e-3))
    height = np.minimum(np.abs(across) / np.float32(height_px), np.float32(30.0))
    drawn = reduced * k1(reduced) / np.cosh(height) ** 2
    return np.asarray(drawn * (flux / (2.0 * pi * length_px * height_px)), dtype=np.float32)


def moffat(grid: Grid, *, x: float, y: float, fwhm_px: float, beta: float) -> Plane:
    """Star of unit flux.

    Parameters
    ----------
    grid : Grid
        Where to draw.
    x, y : float
        Centre in pixels.
    fwhm_px : float
        Full width at half maximum.
    beta : float
        Strength of the wings, greater than 1; smaller is stronger.

    Returns
    -------
    ndarray of float32, shape (row, column)
        Light per pixel, sampled at pixel centres.

    References
    ----------
    .. [1] Moffat (1969), A&A 3, 455; Trujillo et al. (2001), MNRAS 328, 977, eq. 1.
    """
    core = fwhm_px / (2.0 * np.sqrt(2.0 ** (1.0 / beta) - 1.0))
    squared = ((grid.x - np.float32(x)) ** 2 + (grid.y - np.float32(y)) ** 2) / np.float32(core * core)
    peak = (beta - 1.0) / (pi * core * core)
    return np.asarray(np.float32(peak) * (1.0 + squared) ** np.float32(-beta), dtype=np.float32)
