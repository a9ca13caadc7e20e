"""JPEG and PNG."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.errors import BadData
from astrolens.domain.image import Image, MediaType, QualityFlag
from astrolens.download.content import content_flags, median_level, saturation_flag
from astrolens.download.limits import SMALLEST_SIDE, DecodeLimits

_JPEG_NOISE = 2  # levels around a flat tile
_WHITE, _DEEP_WHITE = 255, 65535
_SATURATED = 254 / 255
_LINES_APART = 4  # a quarter of the lines says what the most common level is
_USUAL_SHARE = 0.05  # stretched pictures often clip their sky to one level
_MEDIA_TYPES = {"JPEG": MediaType.JPEG, "PNG": MediaType.PNG}
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, EOFError,
    struct.error, zlib.error, PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """A decoded JPEG or PNG.

    Attributes
    ----------
    image : Image
        1 band for grey, 3 (R, G, B) for everything else, in [0, 1]; nothing is masked.
    picture : PIL.Image.Image or None
        The same as 8-bit levels, mode L or RGB; None when the file has 16 bits.
    """

    image: Image
    picture: PIL.Image.Image | None


def read_raster(path: Path, limits: DecodeLimits) -> Raster:
    """Decode a JPEG or PNG.

    Orientation tags, colour profiles and transparency are left aside: they are for people's photographs.

    Parameters
    ----------
    path : Path
        The file.
    limits : DecodeLimits
        The size is checked before any pixel is decoded.

    Returns
    -------
    Raster
        Pixels in both forms.

    Raises
    ------
    BadData
        If it is damaged, cut short, too large, too small or blank.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(path, formats=tuple(_MEDIA_TYPES)) as file:
                _check_size(file.width, file.height, limits)
                media_type = _MEDIA_TYPES[file.format or ""]
                picture = _eight_bit(file)
                planes = _planes(file if picture is None else picture)
    except _BROKEN as error:
        raise BadData(f"damaged picture: {type(error).__name__}: {error}") from error
    top = _DEEP_WHITE if picture is None else _WHITE
    flags = _flags(planes, top, _JPEG_NOISE if media_type is MediaType.JPEG else 0)
    pixels = np.empty((len(planes), *planes[0].shape), np.float32)
    for plane, out in zip(planes, pixels, strict=True):
        out[...] = plane
        out *= np.float32(1.0 / top)  # while the plane is at hand
    mask = np.zeros(pixels.shape[1:], np.bool_)
    image = Image(pixels=pixels, mask=mask, media_type=media_type, linear=False, flags=flags)
    return Raster(image=image, picture=picture)


def _check_size(width: int, height: int, limits: DecodeLimits) -> None:
    if width * height > limits.pixels:
        raise BadData(f"{width} x {height} pixels; at most {limits.megapixels:g} million are decoded")
    if min(width, height) < SMALLEST_SIDE:
        raise BadData(f"{width} x {height} pixels; a side under {SMALLEST_SIDE} cannot be measured")


def _eight_bit(file: PIL.Image.Image) -> PIL.Image.Image | None:
    """Decoded, in mode L or RGB; None when that would lose levels."""
    if file.mode in _DEEP_MODES:
        return None
    mode = "L" if file.mode in _GREY_MODES else "RGB"
    file.load()
    picture = file if file.mode == mode else file.convert(mode)
    picture.info = {}  # a stranger's comments and profiles must not travel into a thumbnail
    return picture


def _planes(picture: PIL.Image.Image) -> list[NDArray[np.integer]]:
    """Whole-number levels of each band, shape (row, column)."""
    if picture.mode in _DEEP_MODES:
        return [np.clip(np.asarray(picture), 0, _DEEP_WHITE).astype(np.uint16)]
    shape = (picture.height, picture.width)
    return [np.frombuffer(picture.tobytes("raw", band), np.uint8).reshape(shape) for band in picture.mode]


def _flags(planes: list[NDArray[np.integer]], top: int, step: int) -> QualityFlag:
    bright = planes[0] if len(planes) == 1 else np.maximum(np.maximum(*planes[:2]), planes[2])
    middle = median_level(bright[::_LINES_APART], top + 1)
    different = bright > middle + step
    if middle > step:
        different |= bright < middle - step
    flags = content_flags(different, bright <= step, _USUAL_SHARE)
    white = ceil(_SATURATED * top)
    saturated = bright >= white
    if len(planes) == 3 and saturation_flag(saturated):  # seldom: else no need to look at the darkest band
        saturated = np.minimum(np.minimum(*planes[:2]), planes[2]) >= white
    return flags | saturation_flag(saturated)
