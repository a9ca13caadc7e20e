"""Small files that tests decode, good and bad."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from astropy.io import fits
from numpy.typing import NDArray

from astrolens.download.limits import DecodeLimits

LIMITS = DecodeLimits(megapixels=1.0, unpacked_mb=64.0)


def galaxy(rows: int = 48, columns: int = 64, seed: int = 1) -> NDArray[np.float32]:
    """A round blob on a noisy sky, brightest in column 20, row 10; values about 0 to 1."""
    y, x = np.mgrid[:rows, :columns]
    blob = np.exp(-np.hypot(x - 20.0, y - 10.0) / 6.0)
    noise = np.random.default_rng(seed).normal(0.1, 0.02, (rows, columns))
    plane: NDArray[np.float32] = np.clip(0.8 * blob + noise, 0.0, 1.0).astype(np.float32)
    return plane


def levels(bands: int = 3) -> NDArray[np.uint8]:
    plane = np.rint(255 * galaxy()).astype(np.uint8)
    return plane if bands == 1 else np.stack([plane // (band + 1) for band in range(bands)], axis=-1)


def encoded(pixels: NDArray[Any], kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    PIL.Image.fromarray(pixels).save(file, format=kind, **options)
    return file.getvalue()


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def fits_bytes(data: NDArray[Any] | None, cards: Mapping[str, Any] | None = None, **options: Any) -> bytes:
    primary = fits.PrimaryHDU(data, **options)
    primary.header.update(dict(cards or {}))
    file = BytesIO()
    fits.HDUList([primary]).writeto(file)
    return file.getvalue()


def header_bytes(*cards: str) -> bytes:
    """A FITS header written by hand, with whatever it is told to say."""
    text = "".join(card.ljust(80)[:80] for card in (*cards, "END"))
    return text.encode("latin-1").ljust(-(-len(text) // 2880) * 2880)
