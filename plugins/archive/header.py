"""What the headers of a FITS file say: which arrays are pictures, where and when they were taken."""

import gzip
import logging
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from astrolens.plugin import BadData, SkyPosition, finite, position_at, time_of_mjd

logger = logging.getLogger(__name__)

_MOST_UNITS = 200
_SMALLEST_SIDE = 16
_BLOCK_BYTES = 2880
_SEXAGESIMAL = re.compile(r"([+-]?)(\d{1,3})[:\s]+(\d{1,2})[:\s]+(\d{1,2}(?:\.\d*)?)")
_EVERY = "all"
_BROKEN = (
    OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError,
    RuntimeError, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderKeys:
    """Keywords to look for; "" for none.

    Attributes
    ----------
    ra, dec : str
        Position, in degrees or sexagesimal.
    band : str
        Filter.
    time : str
        Begin of the exposure (UTC), as ISO 8601 or as a modified Julian date.
    """

    ra: str
    dec: str
    band: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One array of a file that is a picture.

    Attributes
    ----------
    number : int
        Place of its header and data unit (HDU) in the file, 0 for the first.
    position : SkyPosition or None
        From the keywords; None where the file has a WCS, which is read from the picture itself.
    observed_at : datetime or None
        Aware UTC.
    bands : tuple of str
        The filter, or nothing.
    """

    number: int
    position: SkyPosition | None = None
    observed_at: datetime | None = None
    bands: tuple[str, ...] = ()


def units_of(path: Path, wanted: str, keys: HeaderKeys) -> list[Unit]:
    """Pictures of a file, from its headers alone; blocking.

    Parameters
    ----------
    path : Path
        The file; gzip is recognised by its bytes.
    wanted : str
        "" for the first picture, "all", the number of a unit, or its EXTNAME.
    keys : HeaderKeys
        What to read; a keyword that the unit lacks is looked for in the first header.

    Returns
    -------
    list of Unit
        Empty when it holds no such picture, or is no FITS that can be read.
    """
    found: list[Unit] = []
    try:
        with _opened(path) as units:
            first = units[0].header
            for number, unit in enumerate(units):
                header = unit.header
                if not _is_wanted(number, unit, wanted) or not _is_picture(header):
                    continue
                found.append(_unit(number, header, first, keys))
                if wanted != _EVERY or len(found) >= _MOST_UNITS:
                    break
    except _BROKEN as error:
        logger.info("%s: its headers cannot all be read: %s: %s", path, type(error).__name__, error)
    return found


def file_of_unit(path: Path, number: int, most_bytes: int) -> bytes:
    """One unit of a file as a FITS file of its own, its bytes untouched; blocking.

    Parameters
    ----------
    path : Path
        The file.
    number : int
        Place of the unit.
    most_bytes : int
        Most that is read.

    Returns
    -------
    bytes
        An empty first header, unless the unit is the first, and the unit.

    Raises
    ------
    BadData
        If it is not there, damaged, or too large.
    """
    try:
        with _opened(path) as units:
            place = units[number].fileinfo()
        start, end = place["hdrLoc"], place["datLoc"] + place["datSpan"]
    except _BROKEN as error:
        raise BadData(f"{path}: unit {number} cannot be read: {type(error).__name__}: {error}") from error
    if end - start > most_bytes:
        raise BadData(f"{path}: unit {number} has {end - start} bytes; at most {most_bytes} are taken")
    with _stream(path) as stream:
        stream.seek(start)
        content = stream.read(end - start)
    return content if start == 0 else _empty_first_header() + content


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.open(file) as unpacked:
            yield unpacked  # type: ignore[misc] # it has all that is used


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from astropy.io import fits

    with _stream(path) as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(stream, memmap=False, lazy_load_hdus=True, disable_image_compression=True) as units:
            yield units


def _is_wanted(number: int, unit: Any, wanted: str) -> bool:
    if wanted in ("", _EVERY):
        return True
    return number == int(wanted) if wanted.isdigit() else str(unit.name).upper() == wanted.upper()


def _is_picture(header: Mapping[str, Any]) -> bool:
    """Whether a header announces two axes that are long enough; tiles that are packed in a table count."""
    mark = "Z" if header.get("ZIMAGE") is True else ""
    if not mark and header.get("XTENSION", "IMAGE").strip() != "IMAGE":
        return False
    axes = header.get(f"{mark}NAXIS")
    sides = [header.get(f"{mark}NAXIS{axis}") for axis in (1, 2)]
    return (
        isinstance(axes, int) and axes >= 2 and all(isinstance(n, int) and n >= _SMALLEST_SIDE for n in sides)
    )


def _unit(number: int, header: Mapping[str, Any], first: Mapping[str, Any], keys: HeaderKeys) -> Unit:
    def value(key: str) -> Any:
        return None if not key else header.get(key, first.get(key))

    has_wcs = str(header.get("CTYPE1", "")).startswith(("RA--", "DEC-", "GLON", "GLAT"))
    band = str(value(keys.band) or "").strip()
    return Unit(
        number=number,
        position=None
        if has_wcs
        else position_at(_degrees(value(keys.ra), 15.0), _degrees(value(keys.dec), 1.0)),
        observed_at=_time(value(keys.time)),
        bands=(band[:20],) if band else (),
    )


def _degrees(value: object, of_hour: float) -> float | None:
    """Degrees; a sexagesimal right ascension is in hours."""
    number = finite(value)
    if number is not None or not isinstance(value, str):
        return number
    parts = _SEXAGESIMAL.fullmatch(value.strip())
    if parts is None:
        return None
    sign, whole, minutes, seconds = parts.groups()
    size = int(whole) + int(minutes) / 60 + float(seconds) / 3600
    return of_hour * (-size if sign == "-" else size)


def _time(value: object) -> datetime | None:
    number = finite(value)
    if number is not None:
        return time_of_mjd(number)
    try:
        time = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    if "T" not in str(value) and " " not in str(value).strip():
        return None  # a day alone is no time
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _empty_first_header() -> bytes:
    cards = ("SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    0",
             "EXTEND  =                    T", "END")  # fmt: skip
    return b"".join(card.ljust(80).encode("ascii") for card in cards).ljust(_BLOCK_BYTES)
