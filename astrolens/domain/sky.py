"""Where something is on the sky: position, cone, angular separation."""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, isfinite, radians, sin, sqrt

ARCSEC_PER_DEGREE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkyPosition:
    """An ICRS position.

    Attributes
    ----------
    ra_deg : float
        Right ascension in degrees, in [0, 360).
    dec_deg : float
        Declination in degrees, in [-90, 90].
    error_arcsec : float
        One-sigma error of the position in arcsec; 0 when unknown.

    Raises
    ------
    ValueError
        If a coordinate is not finite or outside its range.
    """

    ra_deg: float
    dec_deg: float
    error_arcsec: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no position."""
        if not (isfinite(self.ra_deg) and 0.0 <= self.ra_deg < 360.0):
            raise ValueError(f"ra_deg is {self.ra_deg!r}; it must be in [0, 360)")
        if not (isfinite(self.dec_deg) and -90.0 <= self.dec_deg <= 90.0):
            raise ValueError(f"dec_deg is {self.dec_deg!r}; it must be in [-90, 90]")
        if not (isfinite(self.error_arcsec) and self.error_arcsec >= 0.0):
            raise ValueError(f"error_arcsec is {self.error_arcsec!r}; it must be 0 or more")

    def unit_vector(self) -> tuple[float, float, float]:
        """Direction as a Cartesian unit vector.

        Returns
        -------
        tuple of float
            x to (0, 0), y to (90, 0), z to the north pole.
        """
        ra, dec = radians(self.ra_deg), radians(self.dec_deg)
        return cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone:
    """All directions within a radius of a position.

    Attributes
    ----------
    centre : SkyPosition
        Axis of the cone.
    radius_arcsec : float
        Opening radius in arcsec, in (0, 648000].

    Raises
    ------
    ValueError
        If the radius is not in its range.
    """

    centre: SkyPosition
    radius_arcsec: float

    def __post_init__(self) -> None:
        """Refuse what is no cone."""
        if not 0.0 < self.radius_arcsec <= 180.0 * ARCSEC_PER_DEGREE:
            raise ValueError(f"radius_arcsec is {self.radius_arcsec!r}; it must be in (0, 648000]")


def separation_arcsec(one: SkyPosition, other: SkyPosition) -> float:
    """Angle between two positions, exact at all distances (Vincenty on the sphere).

    Parameters
    ----------
    one : SkyPosition
        First position.
    other : SkyPosition
        Second position.

    Returns
    -------
    float
        Separation in arcsec, in [0, 648000].
    """
    dec_1, dec_2 = radians(one.dec_deg), radians(other.dec_deg)
    step = radians(other.ra_deg - one.ra_deg)
    across = cos(dec_2) * sin(step)
    along = cos(dec_1) * sin(dec_2) - sin(dec_1) * cos(dec_2) * cos(step)
    inside = sin(dec_1) * sin(dec_2) + cos(dec_1) * cos(dec_2) * cos(step)
    return degrees(atan2(sqrt(across * across + along * along), inside)) * ARCSEC_PER_DEGREE


def chord(radius_arcsec: float) -> float:
    """Half-width, in unit-vector coordinates, of a box that surely holds a cone.

    Parameters
    ----------
    radius_arcsec : float
        Radius of the cone in arcsec, in [0, 648000].

    Returns
    -------
    float
        Straight distance between two unit vectors that far apart, in [0, 2].
    """
    return 2.0 * sin(radians(radius_arcsec / ARCSEC_PER_DEGREE) / 2.0)


def radius_of_chord(distance: float) -> float:
    """Angle whose chord is ``distance``; the inverse of `chord`.

    Parameters
    ----------
    distance : float
        Straight distance between two unit vectors, in [0, 2].

    Returns
    -------
    float
        Angle in arcsec.
    """
    return degrees(2.0 * asin(min(1.0, distance / 2.0))) * ARCSEC_PER_DEGREE
