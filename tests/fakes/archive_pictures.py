"""Small pictures that fake archives send: never blank, the same for the same words."""

import gzip
import io
import zlib

import numpy as np
import PIL.Image
from astropy.io import fits
from numpy.typing import NDArray


def _pixels(words: str, side: int) -> NDArray[np.float32]:
    generator = np.random.default_rng(zlib.crc32(words.encode()))
    row, column = np.mgrid[:side, :side] - side / 2
    light = 180.0 * np.exp(-(row**2 + column**2) / (2 * (side / 8) ** 2))
    noisy: NDArray[np.float32] = (light + generator.normal(30, 8, (side, side))).astype(np.float32)
    return noisy


def jpeg(words: str, side: int = 96) -> bytes:
    """A blob on noise as a grey JPEG."""
    file = io.BytesIO()
    PIL.Image.fromarray(np.clip(_pixels(words, side), 0, 255).astype(np.uint8)).save(file, "JPEG")
    return file.getvalue()


def png(words: str, side: int = 63) -> bytes:
    """The same as a PNG."""
    file = io.BytesIO()
    PIL.Image.fromarray(np.clip(_pixels(words, side), 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def fits_file(words: str, side: int = 64, ra_deg: float = 10.0, dec_deg: float = 5.0) -> bytes:
    """The same as a FITS image with a WCS."""
    header = fits.Header()
    for key, value in {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": (side + 1) / 2, "CRPIX2": (side + 1) / 2,
        "CRVAL1": ra_deg, "CRVAL2": dec_deg, "CD1_1": -2.8e-4, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 2.8e-4,
    }.items():  # fmt: skip
        header[key] = value
    file = io.BytesIO()
    fits.PrimaryHDU(_pixels(words, side), header).writeto(file)
    return file.getvalue()


def gzipped_stamp(words: str) -> bytes:
    """A stamp of an alert: 63 pixels a side, gzipped FITS, not a number at one edge."""
    pixels = _pixels(words, 63)
    pixels[:, :4] = np.nan
    file = io.BytesIO()
    fits.PrimaryHDU(pixels).writeto(file)
    return gzip.compress(file.getvalue(), mtime=0)
