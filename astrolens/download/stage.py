"""The door of decoding: a stranger's file in, a picture with its fingerprint and thumbnail out.

It is meant to run in a child process with limits (`astrolens.pipeline.sandbox`): what it calls was
written for friendly files.
"""

from dataclasses import dataclass
from pathlib import Path

import PIL.Image

from astrolens.domain.errors import BadData
from astrolens.domain.image import Fingerprint, Image, MediaType
from astrolens.download.content import refuse_page
from astrolens.download.fingerprint import hash_of
from astrolens.download.limits import DecodeLimits
from astrolens.download.render import render, shrink
from astrolens.download.sniff import SNIFF_BYTES, sniff
from astrolens.download.thumbnail import THUMBNAIL_SIDE, encode_jpeg


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """What a file became.

    Attributes
    ----------
    image : Image
        Its pixels.
    picture : PIL.Image.Image or None
        Its 8-bit levels where the file holds such.
    fingerprint : Fingerprint
        Its perceptual hash.
    thumbnail : bytes
        A JPEG of at most 256 pixels a side.
    """

    image: Image
    picture: PIL.Image.Image | None
    fingerprint: Fingerprint
    thumbnail: bytes


def decode(path: Path, limits: DecodeLimits) -> Decoded:
    """Recognise a file by its bytes and decode it.

    Parameters
    ----------
    path : Path
        A file whose name means nothing.
    limits : DecodeLimits
        Bounds of size and memory.

    Returns
    -------
    Decoded
        Picture, fingerprint and thumbnail.

    Raises
    ------
    BadData
        If it is gone, no picture, damaged, too large, too small, blank or a page of words; the message says which.
    """
    image, picture = read_both(path, limits)
    rendered = render(image, THUMBNAIL_SIDE) if picture is None else shrink(picture, THUMBNAIL_SIDE)
    return Decoded(
        image=image,
        picture=picture,
        fingerprint=Fingerprint(phash=hash_of(rendered)),
        thumbnail=encode_jpeg(rendered),
    )


def read_image(path: Path, limits: DecodeLimits) -> Image:
    """Recognise a file by its bytes and read its pixels only.

    Parameters
    ----------
    path : Path
        A file whose name means nothing.
    limits : DecodeLimits
        Bounds of size and memory.

    Returns
    -------
    Image
        Its pixels.

    Raises
    ------
    BadData
        As `decode`.
    """
    return read_both(path, limits)[0]


def read_both(path: Path, limits: DecodeLimits) -> tuple[Image, PIL.Image.Image | None]:
    """Read a picture's pixels, and keep its 8-bit levels where the file holds such.

    Parameters
    ----------
    path : Path
        A file whose name means nothing.
    limits : DecodeLimits
        Bounds of size and memory.

    Returns
    -------
    image : Image
        Its pixels.
    picture : PIL.Image.Image or None
        The same, mode L or RGB; None for FITS and for 16 bits.

    Raises
    ------
    BadData
        As `decode`.
    """
    try:
        with path.open("rb") as file:
            media_type = sniff(file.read(SNIFF_BYTES))
    except OSError as error:
        raise BadData(f"cannot be read: {error.strerror or error}") from error
    if media_type in (MediaType.JPEG, MediaType.PNG):
        from astrolens.download.raster import read_raster

        raster = read_raster(path, limits)
        if raster.picture is not None:
            refuse_page(raster.picture)
        return raster.image, raster.picture
    from astrolens.download.fits import read_fits

    return read_fits(path, limits), None
