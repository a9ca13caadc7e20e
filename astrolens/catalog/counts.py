"""How many objects as bright as this, or as large, a random patch of sky holds.

References
----------
.. [1] Bahcall & Soneira (1980), ApJS 44, 73, appendix B: stars brighter than V, good to 15 % above |b| = 20.
.. [2] Strauss et al. (2002), AJ 124, 1810: 92 galaxies per square degree down to r = 17.77; below, they
   grow as in a uniform Euclidean universe, 10^(0.6 m).
.. [3] Nilson (1973), Uppsala General Catalogue: 12,921 galaxies over 1 arcmin in 21,500 square degrees.
"""

from math import atan2, cos, degrees, exp, hypot, log, pi, radians, sin, tan

from astrolens.domain.sky import ARCSEC_PER_DEGREE, SkyPosition

_SQUARE_DEGREE = ARCSEC_PER_DEGREE**2
_LARGE_GALAXIES_PER_SQUARE_DEGREE = 0.6
_LOWEST_LATITUDE_DEG = 20.0
_POLE_RA_DEG, _POLE_DEC_DEG, _ASCENDING_DEG = 192.85948, 27.12825, 122.93192  # ICRS, Hipparcos vol. 1, 1.5.3


def chance_probability(density_per_arcsec2: float, radius_arcsec: float) -> float:
    """Chance of at least one unrelated object within a radius.

    Parameters
    ----------
    density_per_arcsec2 : float
        Objects per square arcsec, at least 0.
    radius_arcsec : float
        Radius, at least 0.

    Returns
    -------
    float
        1 - exp(-density pi r^2), in [0, 1].

    References
    ----------
    .. [1] Downes et al. (1986), MNRAS 218, 31, eq. 1 (the Poisson probability before its correction).
    """
    return 1.0 - exp(-density_per_arcsec2 * pi * radius_arcsec * radius_arcsec)


def picked_chance(density_per_arcsec2: float, radius_arcsec: float, any_number: float) -> float:
    """Chance of a coincidence at least as striking as one that was picked among several by its brightness.

    However common faint objects are, one as bright as this is rare so near; but among many objects one will look
    striking. Without this, one random place in five of a crowded field had a match at a limit of 0.05.

    Parameters
    ----------
    density_per_arcsec2 : float
        Of objects at least as bright, at least 0.
    radius_arcsec : float
        How far away it lies, at least 0.
    any_number : float
        Mean number of objects of any brightness within the radius in which brightness counts, at least 0.

    Returns
    -------
    float
        1 - exp(-E) with E = n (1 + ln(any_number / n)) and n = density pi r^2, in [0, 1]; E = n when n is larger.

    References
    ----------
    .. [1] Downes et al. (1986), MNRAS 218, 31: the corrected probability that follows eq. 1.
    """
    number = density_per_arcsec2 * pi * radius_arcsec * radius_arcsec
    if 0.0 < number < any_number:
        number *= 1.0 + log(any_number) - log(number)  # their ratio may be too large for a float
    return 1.0 - exp(-number)


def extended_density(major_axis_arcsec: float) -> float:
    """Density of galaxies at least this large, which fall as the third power of size.

    Parameters
    ----------
    major_axis_arcsec : float
        Full major axis, greater than 0.

    Returns
    -------
    float
        Galaxies per square arcsec, after [3]_ of this module.
    """
    per_square_degree = _LARGE_GALAXIES_PER_SQUARE_DEGREE * (major_axis_arcsec / 60.0) ** -3
    return float(per_square_degree / _SQUARE_DEGREE)


def bright_density(magnitude: float, position: SkyPosition) -> float:
    """Density of stars and galaxies at least this bright, in the optical.

    Parameters
    ----------
    magnitude : float
        V or r, in [5, 22]; what lies outside counts as the nearer end.
    position : SkyPosition
        Where; galactic latitudes below 20 degrees count as 20, where the model ends.

    Returns
    -------
    float
        Objects per square arcsec.
    """
    m = min(22.0, max(5.0, magnitude))
    longitude, latitude = galactic(position)
    galaxies = 92.0 * 10.0 ** (0.6 * (min(m, 17.77) - 17.77)) * 10.0 ** (0.4 * max(0.0, m - 17.77))
    return float((stars_per_square_degree(m, longitude, latitude) + galaxies) / _SQUARE_DEGREE)


def stars_per_square_degree(magnitude: float, longitude_deg: float, latitude_deg: float) -> float:
    """Stars brighter than V, by the fit of Bahcall and Soneira to their model of disc and spheroid.

    Parameters
    ----------
    magnitude : float
        V, in [5, 30].
    longitude_deg, latitude_deg : float
        Galactic; latitudes nearer to the plane than 20 degrees count as 20.

    Returns
    -------
    float
        Stars per square degree.
    """
    b = radians(max(_LOWEST_LATITUDE_DEG, abs(latitude_deg)))
    cos_l, m = cos(radians(longitude_deg)), magnitude
    mu = 0.03 if m <= 12 else 0.0075 * (m - 12) + 0.03 if m < 20 else 0.09
    gamma = 0.36 if m <= 12 else 0.04 * (12 - m) + 0.36 if m < 20 else 0.04
    sigma = 1.45 - 0.20 * cos(b) * cos_l
    disc = _component(m, 925.0, 15.75, -0.132, 0.035, 3.0) / (sin(b) * (1 - mu * cos_l / tan(b))) ** (
        3.0 - 5.0 * gamma
    )
    spheroid = _component(m, 1050.0, 17.5, -0.18, 0.087, 2.5) / (1 - cos(b) * cos_l) ** sigma
    return float(disc + spheroid)


def _component(m: float, norm: float, at: float, alpha: float, beta: float, delta: float) -> float:
    return float(norm * 10 ** (beta * (m - at)) / (1 + 10 ** (alpha * (m - at))) ** delta)


def galactic(position: SkyPosition) -> tuple[float, float]:
    """Turn an ICRS position into galactic coordinates.

    Parameters
    ----------
    position : SkyPosition
        Where.

    Returns
    -------
    tuple of float
        Longitude in [0, 360) and latitude in [-90, 90], degrees, to an arcsecond.
    """
    ra, dec = radians(position.ra_deg - _POLE_RA_DEG), radians(position.dec_deg)
    pole = radians(_POLE_DEC_DEG)
    sine = sin(dec) * sin(pole) + cos(dec) * cos(pole) * cos(ra)
    across = cos(dec) * sin(ra)
    along = sin(dec) * cos(pole) - cos(dec) * sin(pole) * cos(ra)
    longitude = (_ASCENDING_DEG - degrees(atan2(across, along))) % 360.0
    return longitude, degrees(atan2(sine, hypot(across, along)))
