"""Where a star with proper motion stands at the time of an exposure."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import cos, hypot, radians

from astrolens.domain.sky import ARCSEC_PER_DEGREE, SkyPosition

_YEAR_S = 365.25 * 86_400.0
_UNKNOWN_EPOCH_YEARS = 12.0  # half of the time from 2000, when the surveys began, to now


@dataclass(frozen=True, slots=True, kw_only=True)
class ProperMotion:
    """How a star moves.

    Attributes
    ----------
    east_mas_yr, north_mas_yr : float
        In mas per year; the first with the cosine of the declination.
    at_year : float
        Julian year of the catalogue's position.
    """

    east_mas_yr: float
    north_mas_yr: float
    at_year: float


def julian_year(epoch: datetime) -> float:
    """Julian year of a time.

    Parameters
    ----------
    epoch : datetime
        Aware.

    Returns
    -------
    float
        2000.0 is noon of 1 January 2000.
    """
    return 2000.0 + (epoch - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / _YEAR_S


def moved(position: SkyPosition, motion: ProperMotion, epoch: datetime | None) -> SkyPosition:
    """Bring a position to the time of an exposure.

    Parameters
    ----------
    position : SkyPosition
        At ``motion.at_year``.
    motion : ProperMotion
        How it moves.
    epoch : datetime or None
        Aware; None when the exposure has no time, and then the error grows instead.

    Returns
    -------
    SkyPosition
        Moved in a straight line, without perspective acceleration, which is below 0.1 arcsec in a century for
        all but a handful of stars.
    """
    if epoch is None:
        walk = hypot(motion.east_mas_yr, motion.north_mas_yr) / 1000.0 * _UNKNOWN_EPOCH_YEARS
        return replace(position, error_arcsec=hypot(position.error_arcsec, walk))
    years = julian_year(epoch) - motion.at_year
    dec = position.dec_deg + motion.north_mas_yr * years / 1000.0 / ARCSEC_PER_DEGREE
    narrow = max(1e-6, cos(radians(position.dec_deg)))
    ra = (position.ra_deg + motion.east_mas_yr * years / 1000.0 / ARCSEC_PER_DEGREE / narrow) % 360.0
    return SkyPosition(
        ra_deg=ra % 360.0, dec_deg=min(90.0, max(-90.0, dec)), error_arcsec=position.error_arcsec
    )
