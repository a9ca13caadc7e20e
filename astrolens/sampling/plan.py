"""What decides where a source looks, made once from its options and files."""

import hashlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from astrolens.domain.errors import ConfigError
from astrolens.domain.text import clean
from astrolens.sampling.coverage import Coverage, both, coverage_of
from astrolens.sampling.footprint import WHOLE_SKY, Footprint
from astrolens.sampling.healpix import order_for_field
from astrolens.sampling.options import SamplingOptions
from astrolens.sampling.places import Fields, Listed, Places
from astrolens.sampling.targets import read_targets

logger = logging.getLogger(__name__)

_LARGEST_MAP_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """Places in their order.

    Attributes
    ----------
    places : Places
        Fields or targets.
    digest : str
        Of everything that decides the order.
    per_round : int or None
        Places that one round visits; None: all.
    """

    places: Places
    digest: str
    per_round: int | None = None


def make_plan(options: SamplingOptions, footprint: Footprint, side_arcsec: float, key: str) -> Plan:
    """Places that options and footprint leave; blocking, so call it in a thread.

    Parameters
    ----------
    options : SamplingOptions
        The person's.
    footprint : Footprint
        The survey's.
    side_arcsec : float
        Side of a picture; fields are as large that two pictures never overlap.
    key : str
        Name of the table, for messages: ``sources.NAME.sampling``.

    Returns
    -------
    Plan
        With at least one place.

    Raises
    ------
    ConfigError
        If a file cannot be used, or nothing is left.
    """
    area = area_of(options, footprint, key)
    if options.targets is not None:
        return _listed(options, options.targets, area, key)
    fields = Fields.of(
        area,
        order_for_field(side_arcsec),
        seed=options.seed,
        reshuffle=options.repeat and options.revisit_days is None,
    )
    revisits = options.revisit_days is not None
    digest = _digest(f"fields {fields.order} {options.seed} {revisits}".encode(), area.ranges.tobytes())
    return Plan(places=fields, digest=digest, per_round=options.revisit_fields if revisits else None)


def area_of(options: SamplingOptions, footprint: Footprint, key: str) -> Coverage:
    """Part of the sky that a person and a survey share; blocking, so call it in a thread.

    Parameters
    ----------
    options : SamplingOptions
        The person's.
    footprint : Footprint
        The survey's.
    key : str
        Name of the table, for messages: ``sources.NAME.sampling``.

    Returns
    -------
    Coverage
        Not empty.

    Raises
    ------
    ConfigError
        If the coverage map cannot be used, or nothing is left.
    """
    latitude = max(options.galactic_latitude_deg, footprint.galactic_latitude_deg)
    try:
        area = coverage_of(replace(footprint, galactic_latitude_deg=latitude))
    except ValueError as error:
        raise ConfigError(
            f"{key}: the service's coverage map {clean(error, 200)}; try again later"
        ) from error
    if options.moc is not None:
        area = both(area, _map(options.moc, f"{key}.moc"))
    if not len(area.ranges):
        named = f"{clean(options.moc, 200)}, " if options.moc else ""
        raise ConfigError(
            f"{key}: {named}galactic_latitude_deg = {options.galactic_latitude_deg:g} and the footprint of "
            "the survey share no sky; choose a wider area"
        )
    return area


def _map(path: Path, key: str) -> Coverage:
    path = path.expanduser()
    try:
        if path.stat().st_size > _LARGEST_MAP_BYTES:
            raise ConfigError(f"{key}: {clean(path, 200)}: more than {_LARGEST_MAP_BYTES} bytes; coarsen it")
        return coverage_of(replace(WHOLE_SKY, moc=path.read_bytes() or b" "))
    except OSError as error:
        raise ConfigError(
            f"{key}: {clean(path, 200)}: {error.strerror}; name a file that can be read"
        ) from error
    except ValueError as error:
        raise ConfigError(
            f"{key}: {clean(path, 200)}: {clean(error, 200)}; want FITS, JSON or ASCII"
        ) from error


def _listed(options: SamplingOptions, path: Path, area: Coverage, key: str) -> Plan:
    targets = read_targets(path.expanduser(), f"{key}.targets")
    inside = area.holds_positions(targets.ra_deg, targets.dec_deg)
    left_out = int(np.count_nonzero(~inside))
    if left_out == inside.size:
        raise ConfigError(
            f"{key}.targets: {clean(path, 200)}: none of its {inside.size} targets is in the area of this source"
        )
    if left_out:
        logger.warning("%s.targets: %d of %d are outside the area of this source", key, left_out, inside.size)
    digest = _digest(
        b"targets", targets.ra_deg.tobytes(), targets.dec_deg.tobytes(), targets.radius_arcsec.tobytes(),
        repr(targets.names).encode(), inside.tobytes(),
    )  # fmt: skip
    return Plan(places=Listed(targets=targets, inside=inside), digest=digest)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:16]
