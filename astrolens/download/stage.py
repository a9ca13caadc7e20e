"""The door of decoding: a stranger's file in, a picture with its fingerprint and thumbnail out.

It is meant to run in a child process with limits (`astrolens.pipeline.sandbox`): what it calls was
written for friendly files.
"""

from dataclasses import dataclass
from pathlib import Path

from astrolens.domain.errors import BadData
from astrolens.domain.image import Fingerprint, Image, MediaType
from astrolens.download.fingerprint import hash_of
from astrolens.download.limits import DecodeLimits
from astrolens.download.render import render
from astrolens.download.sniff import SNIFF_BYTES, sniff
from astrolens.download.thumbnail import THUMBNAIL_SIDE, encode_jpeg


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """What a file became.

    Attributes
    ----------
    image : Image
        Its pixels.
    fingerprint : Fingerprint
        Its perceptual hash.
    thumbnail : bytes
        A JPEG of at most 256 pixels a side.
    """

    image: Image
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
        If it is gone, no picture, damaged, too large, too small or blank; the message says which.
    """
    image = read_image(path, limits)
    rendered = render(image, THUMBNAIL_SIDE)
    return Decoded(
        image=image, fingerprint=Fingerprint(phash=hash_of(rendered)), thumbnail=encode_jpeg(rendered)
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
    try:
        with path.open("rb") as file:
            media_type = sniff(file.read(SNIFF_BYTES))
    except OSError as error:
        raise BadData(f"cannot be read: {error.strerror or error}") from error
    if media_type in (MediaType.JPEG, MediaType.PNG):
        from astrolens.download.raster import read_raster

        return read_raster(path, limits)
    from astrolens.download.fits import read_fits

    return read_fits(path, limits)
