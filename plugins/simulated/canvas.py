"""Light in three bands on one picture, before any noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, next_fast_len, rfft2

from astrolens_plugins.simulated.light import Grid, Plane, moffat

Planes = NDArray[np.float32]

_REDDER_IS_SHARPER = (1.06, 1.0, 0.96)  # seeing grows as wavelength^-0.2: g, r, i
_KERNEL_HALF_PX = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """Colour of a body in AB magnitudes.

    Attributes
    ----------
    g_r, r_i : float
        Differences of magnitude; larger is redder.
    """

    g_r: float
    r_i: float

    def weights(self) -> Plane:
        """Light in each band for unit light in r.

        Returns
        -------
        ndarray of float32, shape (3,)
            In the order g, r, i.
        """
        return np.array([10 ** (-0.4 * self.g_r), 1.0, 10 ** (0.4 * self.r_i)], dtype=np.float32)


class Canvas:
    """Where bodies add their light.

    Parameters
    ----------
    side_px : int
        Width and height.
    seeing_px : float
        FWHM of a star in r.
    beta : float
        Moffat wings of a star.
    """

    def __init__(self, side_px: int, seeing_px: float, beta: float) -> None:
        self.side_px = side_px
        self.seeing_px = seeing_px
        self.beta = beta
        self.grid = Grid.window(0, 0, side_px, side_px)
        self.light: Planes = np.zeros((3, side_px, side_px), dtype=np.float32)

    def add(self, plane: Plane, colour: Colour) -> None:
        """Add a body that fills the whole picture.

        Parameters
        ----------
        plane : ndarray of float32, shape (row, column)
            Its light in r.
        colour : Colour
            What the other bands see.
        """
        self.light += colour.weights()[:, None, None] * plane

    def window(self, x: float, y: float, half_px: int) -> Grid | None:
        """Part of the picture around a place.

        Parameters
        ----------
        x, y : float
            The place.
        half_px : int
            Pixels kept on each side of it.

        Returns
        -------
        Grid or None
            None when nothing of it lies on the picture.
        """
        left, top = max(0, round(x) - half_px), max(0, round(y) - half_px)
        right = min(self.side_px, round(x) + half_px + 1)
        bottom = min(self.side_px, round(y) + half_px + 1)
        if right <= left or bottom <= top:
            return None
        return Grid.window(left, top, right - left, bottom - top)

    def add_window(self, grid: Grid, plane: Plane, colour: Colour) -> None:
        """Add a small body.

        Parameters
        ----------
        grid : Grid
            A `window` of this canvas.
        plane : ndarray of float32, shape (row, column)
            Its light in r on that window.
        colour : Colour
            What the other bands see.
        """
        top, left = int(grid.y[0, 0]), int(grid.x[0, 0])
        part = self.light[:, top : top + grid.y.size, left : left + grid.x.size]
        part += colour.weights()[:, None, None] * plane

    def add_points(self, x: Plane, y: Plane, fluxes: Plane, colour: Colour) -> None:
        """Add points of light, shared among the four nearest pixels; those outside are left out.

        Parameters
        ----------
        x, y : ndarray of float32, shape (n,)
            Places in pixels.
        fluxes : ndarray of float32, shape (n,)
            Light in r.
        colour : Colour
            What the other bands see.
        """
        column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        inside = (column >= 0) & (row >= 0) & (column < self.side_px - 1) & (row < self.side_px - 1)
        column, row = column[inside], row[inside]
        right, down = x[inside] - column, y[inside] - row
        plane = np.zeros((self.side_px, self.side_px), dtype=np.float32)
        np.add.at(plane, (row, column), fluxes[inside] * (1 - right) * (1 - down))
        np.add.at(plane, (row, column + 1), fluxes[inside] * right * (1 - down))
        np.add.at(plane, (row + 1, column), fluxes[inside] * (1 - right) * down)
        np.add.at(plane, (row + 1, column + 1), fluxes[inside] * right * down)
        self.add(plane, colour)

    def blur(self) -> None:
        """Look at everything so far through the atmosphere; light that leaves the picture is lost."""
        padded = next_fast_len(self.side_px + _KERNEL_HALF_PX, real=True)
        kernel = np.zeros((3, padded, padded), dtype=np.float32)
        side = 2 * _KERNEL_HALF_PX + 1
        corner = Grid.window(-_KERNEL_HALF_PX, -_KERNEL_HALF_PX, side, side)
        for band, factor in enumerate(_REDDER_IS_SHARPER):
            star = moffat(corner, x=0.0, y=0.0, fwhm_px=self.seeing_px * factor, beta=self.beta)
            kernel[band, :side, :side] = star / star.sum()
        kernel = np.roll(kernel, (-_KERNEL_HALF_PX, -_KERNEL_HALF_PX), axis=(1, 2))
        size = (padded, padded)
        seen = irfft2(rfft2(self.light, s=size) * rfft2(kernel, s=size), s=size)
        self.light = np.maximum(seen[:, : self.side_px, : self.side_px], np.float32(0.0)).astype(np.float32)
