"""Perceptual hash: near copies of a picture differ in few of its bits."""

import imagehash
import numpy as np
import PIL.Image
import PIL.ImageOps

from astrolens.domain.image import Image
from astrolens.download.render import render

_RENDER_SIDE = 256
_HASH_SIDE = 8
_SMALL_SIDE = 64  # twice what the hash looks at


def perceptual_hash(image: Image) -> int:
    """Hash the look of a picture (the DCT hash of imagehash, after equalising the histogram).

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
    levelled = PIL.ImageOps.equalize(grey.reduce(factor) if factor > 1 else grey)
    bits = imagehash.phash(levelled, hash_size=_HASH_SIDE).hash
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


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
