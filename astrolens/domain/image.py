"""A picture from promise to pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag, StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.sky import SkyPosition


class MediaType(StrEnum):
    """What the first bytes of a file say it is."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    FITS = "image/fits"
    FITS_GZIP = "application/gzip"


class QualityFlag(IntFlag):
    """What is wrong with the pixels of a picture that is still usable."""

    NONE = 0
    SATURATED = 1
    MASKED = 2
    MOSTLY_EMPTY = 4
    TRUNCATED_FIELD = 8
    ODD_SHAPE = 16


class ImageState(StrEnum):
    """Where a picture is on its journey; what a restart reads to go on."""

    OFFERED = "offered"  # a source said it exists
    FETCHED = "fetched"  # its bytes are in the blob folder
    ANALYSED = "analysed"  # embedding and morphology are stored; waits for its verdict
    JUDGED = "judged"  # the verdict is stored; waits for catalogues and notification
    DONE = "done"
    DUPLICATE = "duplicate"  # same bytes as an earlier picture
    PARKED = "parked"  # unusable, with its reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A source's word that a picture exists.

    Attributes
    ----------
    source : str
        Name of the source; calibration and statistics are kept per source.
    key : str
        What the source calls it; (source, key) is unique for ever.
    url : str
        ``https://``, ``file://`` or a scheme that the plugin itself reads (it then has ``read``).
    position : SkyPosition or None
        None when the source does not know.
    pixel_scale_arcsec : float or None
        None when the source does not know.
    observed_at : datetime or None
        Aware UTC time of the exposure; None for co-adds.
    bands : tuple of str
        Names of the bands in the order of the planes, for example ``("g", "r", "i")``; may be empty.
    licence, credit : str
        Terms and credit line, stored with the picture.
    truth : str or None
        What was planted (simulated sources and labelled folders only). Never an input to a decision.
    """

    source: str
    key: str
    url: str
    position: SkyPosition | None = None
    pixel_scale_arcsec: float | None = None
    observed_at: datetime | None = None
    bands: tuple[str, ...] = ()
    licence: str = ""
    credit: str = ""
    truth: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """Bytes of an offer in a temporary file, not yet looked at.

    Attributes
    ----------
    path : Path
        The temporary file; its reader moves or removes it.
    sha256 : str
        Hex digest of the bytes.
    size_bytes : int
        Length.
    etag, last_modified : str or None
        What the server said, for a later conditional request.
    """

    path: Path
    sha256: str
    size_bytes: int
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image:
    """One decoded picture.

    Attributes
    ----------
    pixels : ndarray of float32, shape (band, row, column)
        Read-only. 1 or 3 bands; band order of a raster is R, G, B, scaled to [0, 1]; FITS keeps its
        values in ``unit``. NaN where ``mask`` is True. Row 0 is the top of a raster, the bottom of a FITS.
    mask : ndarray of bool, shape (row, column)
        True where no band can be trusted.
    media_type : MediaType
        What the bytes were.
    linear : bool
        True when values are proportional to flux (FITS), False for a survey's stretched colour picture.
    unit : str
        FITS ``BUNIT``, or "" for a raster.
    pixel_scale_arcsec : float or None
        None when neither file nor source says.
    position : SkyPosition or None
        Of the centre, from the WCS of the file; None when it has none.
    wcs_cards : Mapping of str to (str, float or int)
        The celestial WCS cards of a FITS header, sanitised; empty for a raster.
    bands : tuple of str
        Names of the bands where the header has them, sanitised; else empty.
    flags : QualityFlag
        What to be careful about.
    """

    pixels: NDArray[np.float32]
    mask: NDArray[np.bool_]
    media_type: MediaType
    linear: bool
    unit: str = ""
    pixel_scale_arcsec: float | None = None
    position: SkyPosition | None = None
    wcs_cards: Mapping[str, str | float | int] = field(default_factory=dict)
    bands: tuple[str, ...] = ()
    flags: QualityFlag = QualityFlag.NONE

    def __post_init__(self) -> None:
        """Lock the arrays and refuse shapes that no stage expects."""
        if self.pixels.ndim != 3 or self.pixels.dtype != np.float32:
            raise ValueError(
                f"pixels are {self.pixels.dtype} {self.pixels.shape}; want float32 (band, row, column)"
            )
        if self.mask.shape != self.pixels.shape[1:] or self.mask.dtype != np.bool_:
            raise ValueError(
                f"mask is {self.mask.dtype} {self.mask.shape}; want bool {self.pixels.shape[1:]}"
            )
        self.pixels.flags.writeable = False
        self.mask.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What tells two copies of a picture apart, or not.

    Attributes
    ----------
    phash : int
        64-bit perceptual hash of the pixels, unsigned.
    """

    phash: int
