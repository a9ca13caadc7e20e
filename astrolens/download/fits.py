"""FITS, plain, gzipped or with compressed tiles."""

import struct
import warnings
import zlib
from io import SEEK_END, BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from astrolens.domain.errors import BadData
from astrolens.domain.image import Image, MediaType, QualityFlag
from astrolens.domain.text import clean
from astrolens.download.asinh_scale import linear_planes
from astrolens.download.content import content_flags, saturation_flag
from astrolens.download.fits_bands import bands_of
from astrolens.download.fits_layout import Layout, layout_of, stored_bytes, stored_shape
from astrolens.download.gunzip import gunzip
from astrolens.download.limits import DecodeLimits
from astrolens.download.wcs import Pointing, card, pointing_of

_CARD_BYTES = 80
_BLOCK_BYTES = 2880
_HEADER_LIMIT_BYTES = 2**20
_MOST_EXTENSIONS = 64
_USUAL_SHARE = 0.5
_MEDIAN_SAMPLE = 2**18
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, EOFError,
    RuntimeError, fits.VerifyError, struct.error, zlib.error,
)  # fmt: skip


def read_fits(path: Path, limits: DecodeLimits) -> Image:
    """Decode the first picture of a FITS file.

    Parameters
    ----------
    path : Path
        The file; gzip is recognised by its bytes.
    limits : DecodeLimits
        Checked against the header before any data is read.

    Returns
    -------
    Image
        1 or 3 bands in the file's physical unit (BSCALE, BZERO and BLANK applied); pixels that are not
        finite in a band are masked.

    Raises
    ------
    BadData
        If it is damaged, cut short, too large, too small, blank, or holds no picture.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with BytesIO(gunzip(path, limits)) if packed else path.open("rb") as stream:
        _check_first_header(stream)
        size_bytes = stream.seek(0, SEEK_END)
        stream.seek(0)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                planes, layout, headers = _read(stream, size_bytes, limits)
                header, bands = headers[0], bands_of(headers, len(planes))
                pointing = Pointing() if layout.colour_last else pointing_of(header, *planes.shape[1:])
                unit = clean(card(header, "BUNIT") or "", 40).strip()
                ceiling = card(header, "SATURATE")
        except _BROKEN as error:
            raise BadData(f"damaged FITS: {type(error).__name__}: {clean(error)}") from error
    media_type = MediaType.FITS_GZIP if packed else MediaType.FITS
    return _image(planes, layout, pointing, media_type, unit, ceiling, bands)


def _check_first_header(stream: BinaryIO) -> None:
    """Find the END card within a sane distance: a file without one is read to its end by astropy."""
    start = stream.read(_HEADER_LIMIT_BYTES)
    if not start.startswith(b"SIMPLE  ="):
        raise BadData("damaged FITS: it does not begin with SIMPLE")
    if not any(start[at : at + 8] == b"END     " for at in range(0, len(start), _CARD_BYTES)):
        raise BadData(f"damaged FITS: no END card in its first {len(start) // _BLOCK_BYTES} blocks")


def _read(
    stream: BinaryIO, size_bytes: int, limits: DecodeLimits
) -> tuple[NDArray[np.float32], Layout, tuple[Any, Any]]:
    """The picture, how it lies, and the headers of its extension and of the file."""
    with fits.open(stream, memmap=False, lazy_load_hdus=True) as extensions:
        extension, layout = _choose(extensions, size_bytes, limits)
        headers = extension.header, extensions[0].header
        return linear_planes(_planes(extension, layout), headers[0]), layout, headers


def _choose(extensions: fits.HDUList, size_bytes: int, limits: DecodeLimits) -> tuple[Any, Layout]:
    """First extension that holds a picture, none of its data read yet."""
    seen = []
    for extension in islice(extensions, _MOST_EXTENSIONS):
        seen.append(clean(extension.name or type(extension).__name__, 20))
        if not isinstance(extension, fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU):
            continue
        layout = layout_of(stored_shape(extension.header), limits)
        if layout is None:
            continue
        announced = stored_bytes(extension.header)
        if isinstance(extension, fits.CompImageHDU):
            if announced > limits.unpacked_bytes:
                raise BadData(
                    f"compressed tiles that unpack to {announced} bytes; at most {limits.unpacked_mb:g} MB"
                )
        elif extension.fileinfo()["datLoc"] + announced > size_bytes:
            raise BadData(f"cut short: the header announces {announced} bytes, the file holds {size_bytes}")
        return extension, layout
    raise BadData(f"a FITS that holds no picture; its extensions are {', '.join(seen) or 'none'}")


def _planes(extension: Any, layout: Layout) -> NDArray[np.float32]:
    """Read only what is shown; float32, (band, row, column)."""
    cut: NDArray[np.generic] = np.asarray(extension.section[layout.cut])
    planes = np.array(cut, dtype=np.float32, order="C", ndmin=3)  # also turns big-endian into native
    return np.ascontiguousarray(planes.transpose(2, 0, 1)) if layout.colour_last else planes


def _image(
    planes: NDArray[np.float32],
    layout: Layout,
    pointing: Pointing,
    media_type: MediaType,
    unit: str,
    ceiling: object,
    bands: tuple[str, ...],
) -> Image:
    finite = np.isfinite(planes)
    filled = [band for band in range(len(planes)) if _is_filled(planes[band], finite[band])]
    flags = QualityFlag.ODD_SHAPE if layout.odd else QualityFlag.NONE
    if filled and len(filled) < len(planes):
        # A survey that has not imaged every band sends zeros for the rest: one true band beats a false colour.
        flags |= QualityFlag.ODD_SHAPE
        planes, finite = planes[filled[:1]], finite[filled[:1]]
        bands = bands[filled[0] : filled[0] + 1]
    trusted = np.logical_and.reduce(finite, axis=0)  # (row, column)
    flags |= content_flags(trusted & _differs(planes, trusted), ~trusted | ~planes.any(axis=0), _USUAL_SHARE)
    if isinstance(ceiling, int | float) and not isinstance(ceiling, bool) and ceiling > 0:
        flags |= saturation_flag(trusted & (planes.min(axis=0) >= ceiling))
    if not trusted.all():
        flags |= QualityFlag.MASKED
        planes = np.where(trusted, planes, np.float32(np.nan))
    return Image(
        pixels=planes,
        mask=~trusted,
        media_type=media_type,
        linear=True,
        unit=unit,
        pixel_scale_arcsec=pointing.pixel_scale_arcsec,
        position=pointing.position,
        wcs_cards=pointing.cards,
        bands=bands,
        flags=flags,
    )


def _is_filled(plane: NDArray[np.float32], finite: NDArray[np.bool_]) -> bool:
    values = plane[finite]
    return values.size > 0 and bool(values.min() < values.max())


def _differs(planes: NDArray[np.float32], trusted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a band leaves its most common level, which in a blank tile is its median."""
    differs = np.zeros(trusted.shape, np.bool_)
    if trusted.any():
        for plane in planes:
            values = plane[trusted]
            step = max(1, values.size // _MEDIAN_SAMPLE)
            differs |= plane != np.median(values[::step])
    return differs
