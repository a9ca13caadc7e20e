"""JPEG and PNG."""

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.errors import BadData
from astrolens.domain.image import Image, MediaType, QualityFlag
from astrolens.download.content import content_flags, median_level, saturation_flag
from astrolens.download.limits import SMALLEST_SIDE, DecodeLimits

_JPEG_NOISE = 2  # levels around a flat tile
_SATURATED = 254 / 255
_USUAL_SHARE = 0.05  # stretched pictures often clip their sky to one level
_MEDIA_TYPES = {"JPEG": MediaType.JPEG, "PNG": MediaType.PNG}
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, EOFError,
    struct.error, zlib.error, PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning,
)  # fmt: skip


def read_raster(path: Path, limits: DecodeLimits) -> Image:
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
    Image
        1 band for grey, 3 (R, G, B) for everything else, in [0, 1]; nothing is masked.

    Raises
    ------
    BadData
        If it is damaged, cut short, too large, too small or blank.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(path, formats=tuple(_MEDIA_TYPES)) as picture:
                _check_size(picture.width, picture.height, limits)
                media_type = _MEDIA_TYPES[picture.format or ""]
                levels, top = _levels(picture)
    except _BROKEN as error:
        raise BadData(f"damaged picture: {type(error).__name__}: {error}") from error
    flags = _flags(levels, top, _JPEG_NOISE if media_type is MediaType.JPEG else 0)
    planes = levels[None] if levels.ndim == 2 else levels.transpose(2, 0, 1)  # (band, row, column)
    pixels = np.empty(planes.shape, np.float32)
    np.multiply(planes, np.float32(1.0 / top), out=pixels, casting="unsafe")
    mask = np.zeros(pixels.shape[1:], np.bool_)
    return Image(pixels=pixels, mask=mask, media_type=media_type, linear=False, flags=flags)


def _check_size(width: int, height: int, limits: DecodeLimits) -> None:
    if width * height > limits.pixels:
        raise BadData(f"{width} x {height} pixels; at most {limits.megapixels:g} million are decoded")
    if min(width, height) < SMALLEST_SIDE:
        raise BadData(f"{width} x {height} pixels; a side under {SMALLEST_SIDE} cannot be measured")


def _levels(picture: PIL.Image.Image) -> tuple[NDArray[np.integer], int]:
    """Whole-number levels, shape (row, column) or (row, column, 3), and the value of white."""
    if picture.mode in _DEEP_MODES:
        return np.clip(np.asarray(picture), 0, 65535).astype(np.uint16), 65535
    if picture.mode in _GREY_MODES:
        return np.asarray(picture if picture.mode == "L" else picture.convert("L")), 255
    return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB")), 255


def _flags(levels: NDArray[np.integer], top: int, step: int) -> QualityFlag:
    if levels.ndim == 2:
        bright = dim = levels
    else:
        red, green, blue = levels[..., 0], levels[..., 1], levels[..., 2]
        bright = np.maximum(np.maximum(red, green), blue)
        dim = np.minimum(np.minimum(red, green), blue)
    middle = median_level(bright, top + 1)
    different = bright > middle + step
    if middle > step:
        different |= bright < middle - step
    return content_flags(different, bright <= step, _USUAL_SHARE) | saturation_flag(dim >= _SATURATED * top)
