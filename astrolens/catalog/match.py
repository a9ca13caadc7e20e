"""Which catalogue objects explain a position, and how surprising they are there.

An object explains the position when it lies within the match radius, or when the position lies within its
own measured extent, and when such an object would rarely be that near by coincidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, hypot, pi

from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import ARCSEC_PER_DEGREE, SkyPosition, separation_arcsec
from astrolens.domain.text import clean

CONTROL_RADIUS_ARCSEC = 60.0
"""Radius of the surroundings in which the density of a catalogue is counted."""

LARGE_GALAXIES_PER_SQUARE_DEGREE = 0.6
"""Galaxies with a major axis over 1 arcmin: 12,921 in 21,500 square degrees (Nilson 1973, the UGC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """One row of a catalogue.

    Attributes
    ----------
    name, object_type : str
        As the catalogue writes them.
    position : SkyPosition
        With its own error.
    major_axis_arcsec : float or None
        Full major axis of an extended object.
    redshift : float or None
        When given.
    references : int or None
        Papers about it.
    """

    name: str
    object_type: str
    position: SkyPosition
    major_axis_arcsec: float | None = None
    redshift: float | None = None
    references: int | None = None


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


def local_density(
    separations_arcsec: Iterable[float], *, match_radius_arcsec: float, floor_per_arcsec2: float
) -> float:
    """Density of a catalogue around a position, without what may be the object itself.

    Parameters
    ----------
    separations_arcsec : iterable of float
        Distances of all its objects within `CONTROL_RADIUS_ARCSEC`.
    match_radius_arcsec : float
        Objects nearer than this are left out.
    floor_per_arcsec2 : float
        The catalogue's mean over the sky; less is never believed.

    Returns
    -------
    float
        Objects per square arcsec.
    """
    inner = min(match_radius_arcsec, 0.7 * CONTROL_RADIUS_ARCSEC)
    area = pi * (CONTROL_RADIUS_ARCSEC**2 - inner**2)
    outside = sum(inner < separation <= CONTROL_RADIUS_ARCSEC for separation in separations_arcsec)
    return max(floor_per_arcsec2, outside / area)


def extended_density(major_axis_arcsec: float) -> float:
    """Density of galaxies at least this large, which fall as the third power of size.

    Parameters
    ----------
    major_axis_arcsec : float
        Full major axis, greater than 0.

    Returns
    -------
    float
        Galaxies per square arcsec.
    """
    per_square_degree = LARGE_GALAXIES_PER_SQUARE_DEGREE * (major_axis_arcsec / 60.0) ** -3
    return float(per_square_degree / ARCSEC_PER_DEGREE**2)


def rank(
    objects: Iterable[CatalogObject],
    *,
    catalogue: str,
    position: SkyPosition,
    radius_arcsec: float,
    floor_per_arcsec2: float,
    chance_limit: float,
) -> tuple[CatalogMatch, ...]:
    """Objects that explain a position, the most convincing first.

    Parameters
    ----------
    objects : iterable of CatalogObject
        Everything within `CONTROL_RADIUS_ARCSEC`, and extended objects from further away.
    catalogue : str
        Whose they are.
    position : SkyPosition
        What is to be explained.
    radius_arcsec : float
        How far away a point-like object may lie.
    floor_per_arcsec2 : float
        Mean density of the catalogue.
    chance_limit : float
        A coincidence as likely as this or likelier explains nothing.

    Returns
    -------
    tuple of CatalogMatch
        By chance probability, then distance. The radius of the coincidence is the distance and both
        position errors in quadrature.
    """
    found = [(separation_arcsec(position, one.position), one) for one in objects]
    density = local_density(
        (away for away, _ in found), match_radius_arcsec=radius_arcsec, floor_per_arcsec2=floor_per_arcsec2
    )
    matches = []
    for away, one in found:
        reach = max(radius_arcsec, (one.major_axis_arcsec or 0.0) / 2.0)
        if away > reach:
            continue
        within = hypot(away, position.error_arcsec, one.position.error_arcsec)
        chance = 1.0 if away > radius_arcsec else chance_probability(density, within)
        if one.major_axis_arcsec:
            chance = min(chance, chance_probability(extended_density(one.major_axis_arcsec), within))
        if chance < chance_limit:
            matches.append(_match(catalogue, one, away, chance))
    return tuple(sorted(matches, key=lambda match: (match.chance_probability, match.separation_arcsec)))


def _match(catalogue: str, one: CatalogObject, away: float, chance: float) -> CatalogMatch:
    return CatalogMatch(
        catalogue=catalogue,
        name=" ".join(clean(one.name, 80).split()),
        object_type=clean(one.object_type, 40).strip(),
        position=one.position,
        separation_arcsec=away,
        chance_probability=chance,
        size_arcsec=None if one.major_axis_arcsec is None else one.major_axis_arcsec / 2.0,
        redshift=one.redshift,
        references=one.references,
    )
