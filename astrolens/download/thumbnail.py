"""The small picture that lists show."""

from io import BytesIO

import PIL.Image

from astrolens.domain.image import Image
from astrolens.download.render import render

THUMBNAIL_SIDE = 256
_FAST = 1


def thumbnail(image: Image, size: int = THUMBNAIL_SIDE) -> bytes:
    """Draw a picture small.

    Parameters
    ----------
    image : Image
        Linear pictures are stretched, rasters only shrunk.
    size : int
        Longest side in pixels; a smaller picture keeps its size.

    Returns
    -------
    bytes
        A PNG file, grey or RGB.
    """
    return encode_png(render(image, size))


def encode_png(picture: PIL.Image.Image) -> bytes:
    """Write a picture as a PNG file in memory.

    Parameters
    ----------
    picture : PIL.Image.Image
        Mode L or RGB.

    Returns
    -------
    bytes
        The file; lightly packed, since millions are written and few are read.
    """
    file = BytesIO()
    picture.save(file, format="PNG", compress_level=_FAST)
    return file.getvalue()
