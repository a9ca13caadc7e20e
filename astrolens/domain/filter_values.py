"""Values of a filter: numbers, ages, times, places."""

import re
from datetime import UTC, datetime, timedelta
from math import isfinite

from astrolens.domain.filter import AgeTerm, Comparison, MomentTerm
from astrolens.domain.sky import Cone, SkyPosition
from astrolens.domain.text import clean

_UNIT_S = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "y": 31557600.0}
_UNIT_ARCSEC = {"": 1.0, "s": 1.0, "″": 1.0, "'": 60.0, "m": 60.0, "′": 60.0, "d": 3600.0, "°": 3600.0}
_AGE = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)(s|min|h|d|w|y)")
_RADIUS = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)(s|″|'|m|′|d|°|)")
_PART = r"([0-9]{1,3}(?:\.[0-9]*)?)"
_CLOCK = re.compile(
    rf"{_PART}[h:]{_PART}(?:[m:](?:{_PART}s?)?)?([+-]){_PART}[d:°]{_PART}(?:['m:′](?:{_PART}(?:s|″)?)?)?"
)
_DEGREES = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)([+-][0-9.]+(?:e[+-]?[0-9]+)?)")
_DEFAULT_RADIUS = "30"
_LONGEST_AGE_S = 3.2e9
_LARGEST_ID = (1 << 63) - 1


def finite(text: str, example: str = "3") -> float:
    """A number.

    Parameters
    ----------
    text : str
        ASCII digits, sign, point, exponent.
    example : str
        Shown when it is none.

    Returns
    -------
    float
        Finite.

    Raises
    ------
    ValueError
        If it is no finite number.
    """
    plain = text if text.isascii() and "_" not in text else ""
    return _number(plain, f"'{clean(text, 40)}' is no number; write for example {example}")


def picture_number(text: str) -> int:
    """Number of a picture.

    Parameters
    ----------
    text : str
        Decimal digits.

    Returns
    -------
    int
        In [1, 2**63).

    Raises
    ------
    ValueError
        If it is none.
    """
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    if not 1 <= number <= _LARGEST_ID:
        raise ValueError(f"'{clean(text, 40)}' is no number of a picture; write for example id:12,15")
    return number


def age_or_moment(comparison: Comparison, text: str) -> AgeTerm | MomentTerm:
    """An age like ``2d``, or a date or time like ``2026-11-20`` or ``2026-11-20T04:00``.

    Parameters
    ----------
    comparison : Comparison
        How the age or the time is compared.
    text : str
        Units of an age: s, min, h, d, w, y. A time without a zone is UTC.

    Returns
    -------
    AgeTerm or MomentTerm
        As the text says.

    Raises
    ------
    ValueError
        If it is neither.
    """
    wrong = f"'{clean(text, 40)}' is no age and no time; write found<2d, found<6h or found>2026-11-20"
    if age := _AGE.fullmatch(text):
        seconds = _number(age[1], wrong) * _UNIT_S[age[2]]
        if not 0.0 < seconds <= _LONGEST_AGE_S:
            raise ValueError(f"'{clean(text, 40)}' is no age that can be; from a second to a hundred years")
        return AgeTerm(comparison=comparison, seconds=seconds)
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(wrong) from None
    if at.year < 1900:
        raise ValueError(wrong)
    # Times are kept to the millisecond.
    return MomentTerm(comparison=comparison, at=at - timedelta(microseconds=at.microsecond % 1000))


def cone(values: tuple[str, ...]) -> Cone:
    """A place with its radius.

    Parameters
    ----------
    values : tuple of str
        A position (``14h02m11s+35d41m``, ``14:02:11+35:41:00`` or degrees ``210.55+35.68``) and, if
        wanted, a radius in arcsec, or with one of the units ' m ° d; 30 arcsec when not given.

    Returns
    -------
    Cone
        ICRS.

    Raises
    ------
    ValueError
        If it is no place.
    """
    wrong = (
        f"'{clean(','.join(values), 60)}' is no place; write near:14h02m11s+35d41m,30 or near:210.55+35.68,2'"
    )
    if len(values) > 2:
        raise ValueError(wrong)
    radius = _RADIUS.fullmatch(values[1] if len(values) == 2 else _DEFAULT_RADIUS)
    if radius is None:
        raise ValueError(wrong)
    arcsec = _number(radius[1], wrong) * _UNIT_ARCSEC[radius[2]]
    try:
        return Cone(centre=_position(values[0], wrong), radius_arcsec=arcsec)
    except ValueError as error:
        raise ValueError(wrong if str(error) == wrong else f"{wrong}: {error}") from None


def _position(text: str, wrong: str) -> SkyPosition:
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (_number(part or "0", wrong) for part in clock.group(1, 2, 3))
        degrees, arcmin, arcsec = (_number(part or "0", wrong) for part in clock.group(5, 6, 7))
        if max(minutes, seconds, arcmin, arcsec) >= 60:
            raise ValueError(wrong)
        ra = 15.0 * (hours + minutes / 60 + seconds / 3600)
        dec = (degrees + arcmin / 60 + arcsec / 3600) * (-1 if clock[4] == "-" else 1)
        return SkyPosition(ra_deg=ra, dec_deg=dec)
    if plain := _DEGREES.fullmatch(text):
        return SkyPosition(ra_deg=_number(plain[1], wrong), dec_deg=_number(plain[2], wrong))
    raise ValueError(wrong)


def _number(text: str, wrong: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(wrong) from None
    if not isfinite(number):
        raise ValueError(wrong)
    return number
