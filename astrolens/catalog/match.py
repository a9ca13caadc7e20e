"""Which catalogue objects explain a position, and how surprising they are there.

An object explains the position when it lies within the match radius, or when the position lies within its
own measured outline, and when such an object would rarely be that near by coincidence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, pi, radians, sin, sqrt

from astrolens.catalog.counts import bright_density, chance_probability, extended_density, picked_chance
from astrolens.catalog.motion import ProperMotion, moved
from astrolens.catalog.question import CONTROL_RADIUS_ARCSEC, Question
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition, separation_arcsec
from astrolens.domain.text import clean

_SAME_PLACE_ARCSEC = 3.0
_SAME_PLACE_SIGMAS = 3.0
_SAME_BRIGHTNESS = 3.0
_MOST_MATCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """One row of a catalogue.

    Attributes
    ----------
    name, object_type : str
        As the catalogue writes them.
    position : SkyPosition
        With its own error.
    major_axis_arcsec, minor_axis_arcsec : float or None
        Full axes of an extended object.
    angle_deg : float or None
        Position angle of the major axis, from north through east.
    magnitude : float or None
        In an optical band; None keeps brightness out of the ranking.
    motion : ProperMotion or None
        How it moves, for stars.
    redshift : float or None
        When given.
    references : int or None
        Papers about it.
    explains : bool
        False for a bare detection.
    """

    name: str
    object_type: str
    position: SkyPosition
    major_axis_arcsec: float | None = None
    minor_axis_arcsec: float | None = None
    angle_deg: float | None = None
    magnitude: float | None = None
    motion: ProperMotion | None = None
    redshift: float | None = None
    references: int | None = None
    explains: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What it takes to be believed.

    Attributes
    ----------
    catalogue : str
        Whose objects they are.
    floor_per_arcsec2 : float
        Mean density of the catalogue over the sky.
    chance_limit : float
        A coincidence as likely as this or likelier explains nothing.
    """

    catalogue: str
    floor_per_arcsec2: float
    chance_limit: float


def local_density(
    separations_arcsec: Iterable[float],
    *,
    match_radius_arcsec: float,
    floor_per_arcsec2: float,
    field_arcsec: float = CONTROL_RADIUS_ARCSEC,
) -> float:
    """Density of a catalogue around a position, without what may be the object itself.

    Parameters
    ----------
    separations_arcsec : iterable of float
        Distances of all its objects in the field.
    match_radius_arcsec : float
        Objects nearer than this are left out.
    floor_per_arcsec2 : float
        The catalogue's mean over the sky; less is never believed.
    field_arcsec : float
        Radius that was searched.

    Returns
    -------
    float
        Objects per square arcsec.
    """
    inner = min(match_radius_arcsec, 0.7 * field_arcsec)
    area = pi * (field_arcsec**2 - inner**2)
    outside = sum(inner < separation <= field_arcsec for separation in separations_arcsec)
    return max(floor_per_arcsec2, outside / area)


def outline_fraction(position: SkyPosition, one: CatalogObject) -> float | None:
    """How far out in an extended object a position lies.

    Parameters
    ----------
    position : SkyPosition
        What is to be explained.
    one : CatalogObject
        Perhaps extended. Without an angle its outline is a circle of the same area.

    Returns
    -------
    float or None
        0 at the centre, 1 on the measured outline, more outside; None for what has no size.
    """
    if not one.major_axis_arcsec:
        return None
    major = one.major_axis_arcsec / 2.0
    minor = min(major, (one.minor_axis_arcsec or one.major_axis_arcsec) / 2.0)
    away = separation_arcsec(one.position, position)
    if one.angle_deg is None or minor == major:
        return away / sqrt(major * minor)
    turned = _position_angle(one.position, position) - radians(one.angle_deg)
    return away * hypot(cos(turned) / major, sin(turned) / minor)


def rank(objects: Iterable[CatalogObject], question: Question, odds: Odds) -> tuple[CatalogMatch, ...]:
    """Objects that explain a position, the most convincing first.

    Parameters
    ----------
    objects : iterable of CatalogObject
        Everything within ``question.field_arcsec``, and extended objects from further away.
    question : Question
        What is to be explained.
    odds : Odds
        What it takes.

    Returns
    -------
    tuple of CatalogMatch
        By chance probability, then distance; at most 20. The radius of the coincidence is the distance and
        both position errors in quadrature; within an outline it is that of the ellipse through the position.
    """
    found = []
    for one in objects:
        if one.motion is not None:
            one = replace(one, position=moved(one.position, one.motion, question.epoch))
        found.append((separation_arcsec(question.position, one.position), one))
    density = local_density(
        (away for away, _ in found),
        match_radius_arcsec=question.radius_arcsec,
        floor_per_arcsec2=odds.floor_per_arcsec2,
        field_arcsec=question.field_arcsec,
    )
    matches = []
    for away, one in found:
        chance = min(
            _chance_of_point(away, one, question, density, found), _chance_of_area(away, one, question)
        )
        if chance < odds.chance_limit:
            matches.append(_match(odds.catalogue, one, away, chance))
    matches.sort(key=lambda match: (match.chance_probability, match.separation_arcsec))
    return tuple(matches[:_MOST_MATCHES])


def _chance_of_point(
    away: float,
    one: CatalogObject,
    question: Question,
    density: float,
    field: Sequence[tuple[float, CatalogObject]],
) -> float:
    """Chance of a coincidence with its centre; brightness counts only where both can be the same thing.

    However rare a bright star is, it does not explain what the position errors keep apart from it.
    """
    if away > question.radius_arcsec:
        return 1.0
    error = hypot(question.position.error_arcsec, one.position.error_arcsec)
    if one.magnitude is not None:
        seen = question.magnitude
        if seen is not None and not one.major_axis_arcsec and abs(seen - one.magnitude) > _SAME_BRIGHTNESS:
            return 1.0
        same_place = max(_SAME_PLACE_ARCSEC, _SAME_PLACE_SIGMAS * error)
        if away <= same_place:
            magnitude = one.magnitude
            as_bright = local_density(
                (
                    apart
                    for apart, other in field
                    if other.magnitude is not None and other.magnitude <= magnitude
                ),
                match_radius_arcsec=question.radius_arcsec,
                floor_per_arcsec2=bright_density(magnitude, question.position),
                field_arcsec=question.field_arcsec,
            )
            any_number = density * pi * same_place**2
            return picked_chance(min(density, as_bright), hypot(away, error), any_number)
    return chance_probability(density, hypot(away, error))


def _chance_of_area(away: float, one: CatalogObject, question: Question) -> float:
    """Chance that a position lies this far in within a galaxy this large."""
    fraction = outline_fraction(question.position, one)
    if fraction is None or not one.major_axis_arcsec or (fraction > 1.0 and away > question.radius_arcsec):
        return 1.0
    minor = min(one.major_axis_arcsec, one.minor_axis_arcsec or one.major_axis_arcsec)
    radius = fraction * sqrt(one.major_axis_arcsec * minor) / 2.0
    within = hypot(radius, question.position.error_arcsec, one.position.error_arcsec)
    return chance_probability(extended_density(one.major_axis_arcsec), within)


def _position_angle(centre: SkyPosition, other: SkyPosition) -> float:
    """Direction from one position to another in radians, from north through east."""
    dec_1, dec_2 = radians(centre.dec_deg), radians(other.dec_deg)
    step = radians(other.ra_deg - centre.ra_deg)
    east = cos(dec_2) * sin(step)
    north = cos(dec_1) * sin(dec_2) - sin(dec_1) * cos(dec_2) * cos(step)
    return atan2(east, north)


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
        magnitude=one.magnitude,
        explains=one.explains,
    )
