"""Where a FITS picture points: its celestial cards made safe, its centre and its pixel scale."""

import logging
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from astropy.coordinates import ICRS
from astropy.io.fits import Header, VerifyError
from astropy.wcs import WCS
from astropy.wcs.utils import proj_plane_pixel_area

from astrolens.domain.sky import ARCSEC_PER_DEGREE, SkyPosition
from astrolens.domain.text import clean

log = logging.getLogger(__name__)

_CARD = re.compile(
    r"(CTYPE|CUNIT|CRPIX|CRVAL|CDELT|CROTA)[12]|(CD|PC)[12]_[12]|PV[12]_[0-9]{1,2}|(A|B|AP|BP)_([0-9]_[0-9]|ORDER)|"
    r"RADESYS|EQUINOX|LONPOLE|LATPOLE|A_DMAX|B_DMAX"
)
_TEXT_CARD = re.compile(r"CTYPE.|CUNIT.|RADESYS")
_MOST_CARDS = 300
_MOST_SIP_ORDER = 9
_SCALE_LIMITS_ARCSEC = (1e-4, 36_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """What a header says about the sky.

    Attributes
    ----------
    cards : Mapping of str to (str, float or int)
        The celestial cards of the first two axes, sanitised; empty when they make no sense.
    position : SkyPosition or None
        ICRS position of the centre of the picture.
    pixel_scale_arcsec : float or None
        Side of a pixel of the same area, at the reference point.
    """

    cards: Mapping[str, str | float | int] = field(default_factory=dict)
    position: SkyPosition | None = None
    pixel_scale_arcsec: float | None = None


def card(header: Mapping[str, Any], name: str) -> object:
    """Read one card of a stranger's header.

    Parameters
    ----------
    header : Mapping of str to object
        Any header.
    name : str
        The keyword.

    Returns
    -------
    object
        Its value; None when it is absent or cannot be parsed.
    """
    try:
        return header.get(name)
    except (VerifyError, ValueError, TypeError):
        return None


def celestial_cards(header: Mapping[str, Any]) -> dict[str, str | float | int]:
    """Pick the cards that describe the sky and make them safe.

    Parameters
    ----------
    header : Mapping of str to object
        Any header.

    Returns
    -------
    dict of str to (str, float or int)
        Known names only; finite numbers; short clean words.
    """
    cards: dict[str, str | float | int] = {}
    for name in list(header)[: 100 * _MOST_CARDS]:
        if not isinstance(name, str) or not _CARD.fullmatch(name) or len(cards) >= _MOST_CARDS:
            continue
        value = card(header, name)
        if _TEXT_CARD.fullmatch(name):
            if isinstance(value, str):
                cards[name] = clean(value, 68)
        elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            cards[name] = value
    return cards


def pointing_of(header: Mapping[str, Any], rows: int, columns: int) -> Pointing:
    """Read position and scale.

    Parameters
    ----------
    header : Mapping of str to object
        Of the extension that holds the picture.
    rows : int
        Height of the picture in pixels.
    columns : int
        Width of the picture in pixels.

    Returns
    -------
    Pointing
        Empty when the cards describe no sky, or nonsense.
    """
    cards = celestial_cards(header)
    if "CTYPE1" not in cards or "CTYPE2" not in cards or "CRVAL1" not in cards:
        return Pointing()
    if any(
        name.endswith("_ORDER") and not 0 <= float(value) <= _MOST_SIP_ORDER for name, value in cards.items()
    ):
        log.debug("a distortion of absurd order is ignored: %s", cards)
        return Pointing()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _solve(cards, rows, columns)
    except (ValueError, TypeError, ArithmeticError, KeyError, IndexError, AttributeError) as error:
        log.debug("celestial cards that make no sense are ignored: %s", clean(error))
        return Pointing()


def _solve(cards: Mapping[str, str | float | int], rows: int, columns: int) -> Pointing:
    wcs = WCS(Header(list(cards.items())), naxis=2)
    if not wcs.has_celestial:
        return Pointing()
    centre = wcs.pixel_to_world((columns - 1) / 2.0, (rows - 1) / 2.0).transform_to(ICRS())
    ra_deg, dec_deg = float(centre.ra.deg) % 360.0, float(centre.dec.deg)
    scale_arcsec = float(proj_plane_pixel_area(wcs.celestial)) ** 0.5 * ARCSEC_PER_DEGREE
    if not (isfinite(ra_deg) and isfinite(dec_deg)):
        return Pointing()
    low, high = _SCALE_LIMITS_ARCSEC
    return Pointing(
        cards=cards,
        position=SkyPosition(ra_deg=ra_deg, dec_deg=dec_deg),
        pixel_scale_arcsec=scale_arcsec if low <= scale_arcsec <= high else None,
    )
