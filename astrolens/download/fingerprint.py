"""Perceptual hash: near copies of a picture differ in few of its bits."""

from functools import cache

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.image import Image
from astrolens.download.render import render

_RENDER_SIDE = 256
_HASH_SIDE = 8
_SEEN_SIDE = 4 * _HASH_SIDE
_SMALL_SIDE = 64  # twice what the hash looks at


def perceptual_hash(image: Image) -> int:
    """Hash the look of a picture (bit for bit the DCT hash of imagehash, after equalising the histogram).

    Equalising matters: most galaxies are a bright dot in the middle, and the plain hash sees little else.
    It lets the faint surroundings speak, so that two different galaxies do not pass for copies.

    Parameters
    ----------
    image : Image
        Rendered as its thumbnail is.

    Returns
    -------
    int
        64 bits, unsigned, most significant bit first in row order.
    """
    return hash_of(render(image, _RENDER_SIDE))


def hash_of(picture: PIL.Image.Image) -> int:
    """Hash a rendered picture.

    Parameters
    ----------
    picture : PIL.Image.Image
        As `astrolens.download.render.render` draws it with a side of 256.

    Returns
    -------
    int
        64 bits, unsigned.
    """
    grey = picture.convert("L")
    factor = min(grey.size) // _SMALL_SIDE
    levelled = _equalised(grey.reduce(factor) if factor > 1 else grey)
    seen = np.asarray(levelled.resize((_SEEN_SIDE, _SEEN_SIDE), PIL.Image.Resampling.LANCZOS), np.float64)
    waves = _waves()
    slow = waves @ seen @ waves.T
    ordered = np.sort(slow, axis=None)
    bits = slow > (ordered[ordered.size // 2 - 1] + ordered[ordered.size // 2]) / 2.0
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


@cache
def _waves() -> NDArray[np.float64]:
    """The slowest waves of the cosine transform (DCT-II, not normalised), one in a row; read-only."""
    places = np.pi * (2.0 * np.arange(_SEEN_SIDE) + 1.0) / (2.0 * _SEEN_SIDE)
    waves = 2.0 * np.cos(np.arange(_HASH_SIDE)[:, None] * places)
    waves.flags.writeable = False
    return waves


def _equalised(grey: PIL.Image.Image) -> PIL.Image.Image:
    """What `PIL.ImageOps.equalize` makes of a picture of mode L, with fewer steps."""
    heights = np.asarray(grey.histogram())
    used = np.flatnonzero(heights)
    step = int(heights[: used[-1]].sum()) // 255
    if not step:
        return grey
    below = np.cumsum(heights) - heights
    return grey.point(((step // 2 + below) // step).tolist())


def hamming(one: int, other: int) -> int:
    """Count the bits in which two hashes differ.

    Parameters
    ----------
    one : int
        Unsigned.
    other : int
        Unsigned.

    Returns
    -------
    int
        In [0, 64].
    """
    return (one ^ other).bit_count()
