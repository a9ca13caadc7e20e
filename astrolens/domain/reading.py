"""Numbers, positions and times out of strangers' tables, or None where there is none."""

from datetime import UTC, datetime, timedelta
from math import isfinite

from astrolens.domain.sky import SkyPosition

_MJD_ZERO = datetime(1858, 11, 17, tzinfo=UTC)
_FIRST_MJD, _LAST_MJD = 15_000.0, 90_000.0  # 1899 to 2105
_LONGEST_NUMBER = 40


def finite(value: object) -> float | None:
    """A number that may have been sent as text.

    Parameters
    ----------
    value : object
        From JSON, CSV or a header.

    Returns
    -------
    float or None
        None for what is no finite number; True and False are none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def position_at(ra_deg: object, dec_deg: object, error_arcsec: float = 0.0) -> SkyPosition | None:
    """A position from two values of a table.

    Parameters
    ----------
    ra_deg : object
        ICRS degrees, a number or its text.
    dec_deg : object
        ICRS degrees, a number or its text.
    error_arcsec : float
        One-sigma error in arcsec; 0 when unknown.

    Returns
    -------
    SkyPosition or None
        None when either is no number or outside its range, such as a survey's -9999.
    """
    ra, dec = finite(ra_deg), finite(dec_deg)
    if ra is None or dec is None or not (0.0 <= ra <= 360.0 and -90.0 <= dec <= 90.0):
        return None
    return SkyPosition(ra_deg=ra % 360.0, dec_deg=dec, error_arcsec=error_arcsec)


def time_of_mjd(mjd: object) -> datetime | None:
    """A time from a modified Julian date.

    Parameters
    ----------
    mjd : object
        Days (UTC) since 17 November 1858, a number or its text.

    Returns
    -------
    datetime or None
        Aware UTC; None when it is no number, or not between 1899 and 2105.
    """
    days = finite(mjd)
    if days is None or not _FIRST_MJD < days < _LAST_MJD:
        return None
    return _MJD_ZERO + timedelta(days=days)
