"""Bytes or files to pictures, by the decoders of the daily flow; WebP, which data sets like, beside them."""

import tempfile
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.analyse.preprocess import to_network_input
from astrolens.domain.errors import BadData
from astrolens.domain.image import Image, MediaType
from astrolens.download.limits import SMALLEST_SIDE, DecodeLimits
from astrolens.download.stage import read_image
from astrolens.models.preprocessing import Preprocessing

_WEBP = "WEBP"
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    PIL.Image.DecompressionBombError,
    PIL.Image.DecompressionBombWarning,
)


def read_picture(source: Path | bytes, limits: DecodeLimits) -> Image:
    """Decode a picture of a data set.

    Parameters
    ----------
    source : Path or bytes
        A file, or the bytes of one.
    limits : DecodeLimits
        Bounds of size and memory.

    Returns
    -------
    Image
        As `astrolens.download.stage.read_image` makes it; WebP as a JPEG would be.

    Raises
    ------
    BadData
        If it is gone, no picture, damaged, too large, too small or of a number of bands other than 1 and 3.
    """
    if isinstance(source, Path):
        if source.suffix.casefold() == ".webp":
            return _read_webp(_content(source, limits), limits)
        if not source.is_file():
            raise BadData("no regular file")
        return _three_or_one(read_image(source, limits))
    if source[:4] == b"RIFF" and source[8:12] == b"WEBP":
        return _read_webp(source, limits)
    with tempfile.NamedTemporaryFile(prefix="astrolens-train-") as file:
        file.write(source)
        file.flush()
        return _three_or_one(read_image(Path(file.name), limits))


def eight_bit_input(image: Image, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Network input of a picture before mean and standard deviation, as whole levels.

    For a survey's 8-bit colour picture nothing is lost by this.

    Parameters
    ----------
    image : Image
        One or three bands.
    preprocessing : Preprocessing
        Size, crop and filter; mean and std are left aside.

    Returns
    -------
    ndarray of uint8, shape (3, size, size)
        255 is white.
    """
    plain = Preprocessing(
        size=preprocessing.size,
        crop_fraction=preprocessing.crop_fraction,
        resampling=preprocessing.resampling,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
    )
    levels: NDArray[np.uint8] = np.rint(to_network_input(image, plain) * np.float32(255.0)).astype(np.uint8)
    return levels


def _content(path: Path, limits: DecodeLimits) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > limits.unpacked_bytes:
            raise BadData(f"no regular file of at most {limits.unpacked_mb:g} MB")
        return path.read_bytes()
    except OSError as error:
        raise BadData(f"cannot be read: {error.strerror or error}") from error


def _read_webp(content: bytes, limits: DecodeLimits) -> Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(BytesIO(content), formats=(_WEBP,)) as picture:
                if picture.width * picture.height > limits.pixels:
                    raise BadData(
                        f"{picture.width} x {picture.height} pixels; at most {limits.megapixels:g} million"
                    )
                if min(picture.size) < SMALLEST_SIDE:
                    raise BadData(f"{picture.width} x {picture.height} pixels; a side under {SMALLEST_SIDE}")
                levels = np.asarray(picture.convert("RGB"))
    except _BROKEN as error:
        raise BadData(f"damaged picture: {type(error).__name__}: {error}") from error
    pixels = np.ascontiguousarray(levels.transpose(2, 0, 1), dtype=np.float32) / np.float32(255.0)
    mask = np.zeros(pixels.shape[1:], np.bool_)
    return Image(pixels=pixels, mask=mask, media_type=MediaType.JPEG, linear=False)


def _three_or_one(image: Image) -> Image:
    if image.pixels.shape[0] not in (1, 3):
        raise BadData(f"{image.pixels.shape[0]} bands; want 1 or 3")
    return image
