"""One plane at a working resolution that is cheap to measure and fine enough for its object."""

from dataclasses import dataclass, replace
from math import ceil, frexp, isfinite, ldexp

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.background import sample_step
from astrolens.domain.image import Image

WORKING_SIDE = 128
ORDINARY_EXPONENT = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A part of a picture, block averaged.

    Attributes
    ----------
    plane : ndarray of float32, shape (row, column)
        Mean of the blocks' known pixels; NaN where a block has none.
    factor : int
        Pixels of the picture along one side of a block.
    row, column : int
        Corner of the part in pixels of the picture.
    """

    plane: NDArray[np.float32]
    factor: int
    row: int
    column: int


def mean_plane(image: Image) -> tuple[NDArray[np.float32], float]:
    """Mean of the bands, in a unit that single precision can calculate with.

    Parameters
    ----------
    image : Image
        Any number of bands.

    Returns
    -------
    plane : ndarray of float32, shape (row, column)
        NaN where masked or where a band is not finite.
    unit : float
        What a value of 1 stands for in the unit of the pixels: 1, or a power of two for very large or small values.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        plane = np.add.reduce(image.pixels, axis=0)
    if len(image.pixels) > 1:
        plane *= np.float32(1.0 / len(image.pixels))
    largest = float(max(plane.max(), -plane.min()))  # NaN and infinities come through
    if image.mask.any() or not isfinite(largest):
        plane[image.mask | ~np.isfinite(plane)] = np.nan
        largest = float(np.fmax.reduce(np.abs(plane), axis=None))
    exponent = frexp(largest)[1] if isfinite(largest) else 0
    if abs(exponent) <= ORDINARY_EXPONENT:
        return plane, 1.0
    return np.ldexp(plane, -exponent), ldexp(1.0, exponent)


def thinned(image: Image) -> Image:
    """Only the pixels that `astrolens.analyse.background.sky_of` looks at, in one row.

    Parameters
    ----------
    image : Image
        Any size.

    Returns
    -------
    Image
        The sky of its mean plane is that of the whole picture.
    """
    step = sample_step(image.mask.shape)
    if step == 1:
        return image
    pixels = np.ascontiguousarray(image.pixels.reshape(len(image.pixels), 1, -1)[:, :, ::step])
    return replace(image, pixels=pixels, mask=np.ascontiguousarray(image.mask.reshape(1, -1)[:, ::step]))


def whole_frame(plane: NDArray[np.float32], working_side: int = WORKING_SIDE) -> Frame:
    """The whole picture at the finest whole-number reduction that fits the working side.

    Parameters
    ----------
    plane : ndarray of float32, shape (row, column)
        NaN where unknown.
    working_side : int
        Longest side in blocks.

    Returns
    -------
    Frame
        Reduced by 1 or more.
    """
    factor = max(1, ceil(max(plane.shape) / working_side))
    return Frame(plane=block_average(plane, factor), factor=factor, row=0, column=0)


def closer_frame(
    plane: NDArray[np.float32], seen: Frame, centre: tuple[float, float], reach: float
) -> Frame | None:
    """The surroundings of an object, when they can be seen at a finer resolution than now.

    Parameters
    ----------
    plane : ndarray of float32, shape (row, column)
        The picture at its own resolution.
    seen : Frame
        Where the object was found.
    centre : tuple of float
        Row and column of the object in ``seen``.
    reach : float
        Half side of the wanted square in blocks of ``seen``.

    Returns
    -------
    Frame or None
        None when nothing would be gained.
    """
    half = ceil(max(reach * seen.factor, WORKING_SIDE / 2))
    factor = max(1, ceil(2 * half / WORKING_SIDE))
    if factor >= seen.factor:
        return None
    middle_row = seen.row + round((centre[0] + 0.5) * seen.factor)
    middle_column = seen.column + round((centre[1] + 0.5) * seen.factor)
    row, column = max(0, middle_row - half), max(0, middle_column - half)
    part = plane[row : middle_row + half, column : middle_column + half]
    return Frame(plane=block_average(part, factor), factor=factor, row=row, column=column)


def block_average(plane: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Mean over square blocks; rows and columns that fill no block are dropped.

    Parameters
    ----------
    plane : ndarray of float32, shape (..., row, column)
        NaN where unknown.
    factor : int
        Side of a block, at least 1.

    Returns
    -------
    ndarray of float32, shape (..., row // factor, column // factor)
        NaN where no pixel of the block is known.
    """
    if factor == 1:
        return plane
    rows, columns = plane.shape[-2] // factor, plane.shape[-1] // factor
    trimmed = plane[..., : rows * factor, : columns * factor]
    strips = trimmed[..., ::factor, :].copy()  # sums over the rows of each block
    for row in range(1, factor):
        strips += trimmed[..., row::factor, :]
    blocks = strips[..., ::factor].copy()
    for column in range(1, factor):
        blocks += strips[..., column::factor]
    blocks *= np.float32(1.0 / factor**2)
    if np.isnan(blocks).any():
        if plane.ndim > 2:  # the longer way only for the bands that need it
            return np.stack([block_average(band, factor) for band in plane])
        known = np.isfinite(trimmed)
        split = (rows, factor, columns, factor)
        total = np.where(known, trimmed, np.float32(0.0)).reshape(split).sum(axis=(1, 3))
        count = known.reshape(split).sum(axis=(1, 3))
        blocks = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    return blocks
