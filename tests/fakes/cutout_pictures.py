"""What cutout services draw: sky with a galaxy, or the blank tile outside their survey."""

import io
import zlib
from collections.abc import Mapping

import numpy as np
import PIL.Image
from astropy.io import fits
from numpy.typing import NDArray


def _light(words: str, width: int, height: int) -> NDArray[np.float32]:
    chance = np.random.default_rng(zlib.crc32(words.encode()))
    row, column = np.mgrid[:height, :width]
    distance = np.hypot(row - height / 2, column - width / 2) / (min(width, height) / 10)
    noisy: NDArray[np.float32] = (170 * np.exp(-distance) + chance.normal(25, 6, (height, width))).astype(
        np.float32
    )
    return noisy


def colour_jpeg(words: str, width: int, height: int) -> bytes:
    """A galaxy on noisy sky, a little different in each colour."""
    planes = [np.clip(_light(f"{words}{band}", width, height), 0, 255) for band in "rgb"]
    return _jpeg(np.stack(planes, axis=-1).astype(np.uint8))


def grey_jpeg(words: str, width: int, height: int) -> bytes:
    """A galaxy on noisy sky in one band."""
    return _jpeg(np.clip(_light(words, width, height), 0, 255).astype(np.uint8))


def dark_jpeg(width: int, height: int, level: int = 0) -> bytes:
    """What a service draws where it has nothing."""
    return _jpeg(np.full((height, width, 3), level, dtype=np.uint8))


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def fits_cutout(
    words: str, shape: tuple[int, ...], cards: Mapping[str, str | float | int], *, fill: float | None = None
) -> bytes:
    """A float32 image (row, column) or (band, row, column) with the cards; ``fill`` makes it blank."""
    bands, height, width = (1, *shape) if len(shape) == 2 else shape
    planes = np.stack([_light(f"{words}{band}", width, height) for band in range(bands)])
    if fill is not None:
        planes = np.full_like(planes, fill)
    header = fits.Header()
    for key, value in cards.items():
        header[key] = value
    file = io.BytesIO()
    fits.PrimaryHDU(planes.reshape(shape), header).writeto(file)
    return file.getvalue()
