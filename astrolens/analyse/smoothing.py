"""Smoothing of small planes by products of small matrices: on frames of some 150 px twice as fast as a filter."""

from math import floor

import numpy as np
from numpy.typing import NDArray

_HEIGHT = 16


def gaussian(
    values: NDArray[np.float32], sigma: float, truncate: float = 4.0, *, mirrored: bool = True
) -> NDArray[np.float32]:
    """Smooth by a Gaussian.

    Parameters
    ----------
    values : ndarray of float32, shape (row, column)
        Finite.
    sigma : float
        Width in pixels, above 0.
    truncate : float
        Where the kernel ends, in sigma.
    mirrored : bool
        Whether the border mirrors the plane; else there is nothing (0) beyond it.

    Returns
    -------
    ndarray of float32, shape (row, column)
        As `scipy.ndimage.gaussian_filter` gives it with ``mode`` "reflect" or "constant", up to rounding.
    """
    reach = int(truncate * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return _both_ways(values, kernel / kernel.sum(), mirrored=mirrored)


def boxcar(values: NDArray[np.float32], width: float, *, every: int = 1) -> NDArray[np.float32]:
    """Mean over a centred square of any width, so that neither an even width shifts it nor a growing one jumps.

    Parameters
    ----------
    values : ndarray of float32, shape (row, column)
        Finite; the border mirrors it.
    width : float
        Side of the square in pixels, at least 1.
    every : int
        Only each so-manieth row of the result is made.

    Returns
    -------
    ndarray of float32, shape (ceil(row / every), column)
        The outermost pixels of the square count by the share of them that lies inside.
    """
    whole = 2 * floor((width - 1.0) / 2.0) + 1
    kernel = np.full(whole + 2, 1.0 / width)
    kernel[0] = kernel[-1] = (width - whole) / 2.0 / width
    return _both_ways(values, kernel, mirrored=True, every=every)


def _both_ways(
    values: NDArray[np.float32], kernel: NDArray[np.float64], *, mirrored: bool, every: int = 1
) -> NDArray[np.float32]:
    """Convolution with a symmetric kernel along both axes."""
    weights = kernel.astype(np.float32)
    down = _down(values, weights, mirrored, every)
    return _down(np.ascontiguousarray(down.T), weights, mirrored, 1).T


def _down(
    values: NDArray[np.float32], kernel: NDArray[np.float32], mirrored: bool, every: int
) -> NDArray[np.float32]:
    """Convolution along the rows' numbers: one small matrix goes down the plane in steps of its own height.

    Each product is too small for a BLAS to start threads, whose waiting would cost more than the work.
    """
    rows, columns = values.shape
    middle = kernel.size // 2
    reach = min(middle, rows)
    height = max(_HEIGHT - _HEIGHT % every, every)
    steps = -(-rows // height)
    around = np.zeros((steps * height + 2 * reach, columns), np.float32)
    around[reach : reach + rows] = values
    if mirrored and reach:
        around[:reach] = values[reach - 1 :: -1] if reach < rows else values[::-1]
        around[reach + rows : 2 * reach + rows] = values[: -reach - 1 : -1]
    # Each row of the band is the kernel one place farther to the right: windows on one padded kernel.
    padded = np.zeros(2 * (height - 1) + 2 * reach + 1, np.float32)
    padded[height - 1 : height + 2 * reach] = kernel[middle - reach : middle + reach + 1]
    size = padded.itemsize
    band = np.ndarray(
        (height, height + 2 * reach), np.float32, padded, offset=(height - 1) * size, strides=(-size, size)
    ).copy()
    line = around.strides[0]
    windows: NDArray[np.float32] = np.ndarray(
        (steps, height + 2 * reach, columns),
        np.float32,
        around,
        strides=(height * line, line, around.itemsize),
    )
    smooth = np.matmul(band[::every], windows)  # (step, row of a step, column)
    whole: NDArray[np.float32] = smooth.reshape(-1, columns)
    return whole[: -(-rows // every)]
