"""In which bands a FITS file was taken, as its header says."""

from collections.abc import Sequence
from typing import Any

from astrolens.domain.text import clean
from astrolens.download.wcs import card

_ONE = ("FILTER", "BAND", "FILTNAM1", "FILTNAME", "FILTER1", "FILTER2", "BAND0")
_NOTHING = ("CLEAR", "N/A", "NONE", "OPEN", "UNKNOWN", "EMPTY")  # a wheel beside the one that filters
_LONGEST = 16


def bands_of(headers: Sequence[Any], planes: int) -> tuple[str, ...]:
    """Name the bands of a picture.

    Parameters
    ----------
    headers : sequence of astropy.io.fits.Header
        Of the extension that holds the picture, then of the file.
    planes : int
        How many bands the picture has.

    Returns
    -------
    tuple of str
        As many as there are planes, sanitised, at most 16 characters each; empty where the header does not name
        them all.
    """
    for header in headers:
        found = (_one(header),) if planes == 1 else _several(header, planes)
        if all(found):
            return found
    return ()


def _one(header: Any) -> str:
    return next((name for key in _ONE if (name := _name(header, key))), "")


def _several(header: Any, planes: int) -> tuple[str, ...]:
    """As cutouts of the Legacy Surveys have it: BAND0, BAND1 ... or a letter each in BANDS."""
    numbered = tuple(_name(header, f"BAND{plane}") for plane in range(planes))
    letters = tuple(_name(header, "BANDS"))
    return letters if not all(numbered) and len(letters) == planes else numbered


def _name(header: Any, key: str) -> str:
    value = card(header, key)
    name = clean(value, _LONGEST).strip() if isinstance(value, str) else ""
    return "" if name.upper().startswith(_NOTHING) else name
