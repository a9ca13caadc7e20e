"""A decoded picture as small 8-bit levels, for eyes and for the perceptual hash."""

from math import ceil

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.image import Image

_LOW_PERCENT, _HIGH_PERCENT = 1.0, 99.7
_LEAST_SHARE = 0.8  # of the wanted size; whole blocks are averaged in an eighth of the time of a true resize
_SOFTENING = 10.0


def render(image: Image, size: int) -> PIL.Image.Image:
    """Shrink and stretch a picture.

    A raster is only shrunk. A linear picture gets an asinh stretch between two percentiles of each band,
    its last band (by custom the reddest) is shown red, and it is turned upright.

    Parameters
    ----------
    image : Image
        1 or 3 bands; masked pixels become the darkest level.
    size : int
        Most pixels along the longer side; see `shrink`.

    Returns
    -------
    PIL.Image.Image
        Mode L or RGB.
    """
    if not image.linear:
        return shrink(_eight_bit(image.pixels), size)
    planes = [np.asarray(shrink(PIL.Image.fromarray(plane), size)) for plane in _without_holes(image)]
    stretched = np.stack([_stretch(plane) for plane in planes[::-1]])  # (band, row, column)
    return _eight_bit(stretched[:, ::-1])


def shrink(picture: PIL.Image.Image, size: int) -> PIL.Image.Image:
    """Bring a picture to at most a size.

    Parameters
    ----------
    picture : PIL.Image.Image
        Mode L, RGB or F.
    size : int
        Most pixels along the longer side; a smaller picture is returned as it is.

    Returns
    -------
    PIL.Image.Image
        Whole blocks averaged where that leaves at least 0.8 of the size, else resized to it exactly.
    """
    longest = max(picture.size)
    if longest <= size:
        return picture
    factor = ceil(longest / size)
    if longest // factor >= _LEAST_SHARE * size and min(picture.size) >= factor:
        return picture.reduce(factor)
    width, height = (max(1, round(side * size / longest)) for side in picture.size)
    return picture.resize((width, height), PIL.Image.Resampling.BILINEAR, reducing_gap=2.0)


def _eight_bit(pixels: NDArray[np.float32]) -> PIL.Image.Image:
    """From (band, row, column) in [0, 1]."""
    levels = (pixels * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)
    bands = [PIL.Image.fromarray(plane) for plane in levels]
    return bands[0] if len(bands) == 1 else PIL.Image.merge("RGB", bands)


def _without_holes(image: Image) -> NDArray[np.float32]:
    if not image.mask.any():
        return np.clip(image.pixels, -1e30, 1e30)
    lowest = np.nanmin(image.pixels, axis=(1, 2), keepdims=True)
    return np.clip(np.where(image.mask, lowest, image.pixels), -1e30, 1e30)


def _stretch(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = np.percentile(plane, (_LOW_PERCENT, _HIGH_PERCENT))
    if not high > low:
        low, high = float(plane.min()), float(plane.max())
    if not high > low:
        return np.zeros_like(plane)
    share = np.clip((plane.astype(np.float64) - low) / (high - low), 0.0, 1.0).astype(np.float32)
    stretched: NDArray[np.float32] = np.arcsinh(_SOFTENING * share, dtype=np.float32)
    stretched /= np.float32(np.arcsinh(_SOFTENING))
    return stretched
