"""Sets of cells on the sphere: the footprint of a survey, narrowed by what a person wants.

Zones and the distance from the Milky Way are kept to 14 arcmin (HEALPix order 8), coverage maps exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from io import BytesIO
from math import radians, sin
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.sky import SkyPosition
from astrolens.sampling.footprint import Footprint, Zone
from astrolens.sampling.healpix import DEEPEST_ORDER, centres

_ORDER = 8
_CELLS_OF_SKY: int = 12 * 4**DEEPEST_ORDER
_NORTH_POLE = (192.85948, 27.12825)  # of the Milky Way, ICRS


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """A set of places on the sphere.

    Attributes
    ----------
    ranges : ndarray of uint64, shape (n, 2)
        Numbers of nested cells of order 29, first and one after the last; ascending and apart.
    """

    ranges: NDArray[np.uint64]

    def share(self) -> float:
        """Part of the sphere.

        Returns
        -------
        float
            In [0, 1].
        """
        cells = int((self.ranges[:, 1] - self.ranges[:, 0]).sum())
        return cells / float(_CELLS_OF_SKY)

    def touched_at(self, order: int) -> NDArray[np.uint64]:
        """Cells of an order that share something with it.

        Parameters
        ----------
        order : int
            From 0 to 28.

        Returns
        -------
        ndarray of uint64, shape (n, 2)
            Ranges of nested cells of that order, first and one after the last; ascending and apart.
        """
        shift = np.uint64(2 * (DEEPEST_ORDER - order))
        first = self.ranges[:, 0] >> shift
        after = ((self.ranges[:, 1] - np.uint64(1)) >> shift) + np.uint64(1)
        if first.size == 0:
            return np.empty((0, 2), dtype=np.uint64)
        apart = np.flatnonzero(first[1:] > after[:-1]) + 1
        begins = np.concatenate(([0], apart))
        ends = np.concatenate((apart - 1, [first.size - 1]))
        return np.stack((first[begins], after[ends]), axis=1)

    def holds(self, deepest: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Whether cells of order 29 belong to it.

        Parameters
        ----------
        deepest : ndarray of uint64, shape (n,)
            Numbers of nested cells of order 29.

        Returns
        -------
        ndarray of bool, shape (n,)
            True where they do.
        """
        if not len(self.ranges):
            return np.zeros(deepest.shape, dtype=np.bool_)
        before = np.searchsorted(self.ranges[:, 0], deepest, side="right") - 1
        held: NDArray[np.bool_] = (before >= 0) & (deepest < self.ranges[np.maximum(before, 0), 1])
        return held

    def holds_positions(self, ra_deg: NDArray[np.float64], dec_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether positions belong to it; slow to load, so call it in a thread.

        Parameters
        ----------
        ra_deg, dec_deg : ndarray of float64, shape (n,)
            ICRS, degrees.

        Returns
        -------
        ndarray of bool, shape (n,)
            True where they do.
        """
        from astropy import units
        from mocpy import MOC

        if not len(self.ranges) or not len(ra_deg):
            return np.zeros(len(ra_deg), dtype=np.bool_)
        moc = MOC.from_depth29_ranges(DEEPEST_ORDER, self.ranges)
        held = moc.contains_lonlat(ra_deg * units.deg, dec_deg * units.deg)
        return np.asarray(held, dtype=np.bool_)

    def holds_each(self, positions: Sequence[SkyPosition]) -> list[bool]:
        """Whether positions belong to it; as `holds_positions`.

        Parameters
        ----------
        positions : sequence of SkyPosition
            Any number.

        Returns
        -------
        list of bool
            One for each.
        """
        ra = np.array([position.ra_deg for position in positions], dtype=np.float64)
        dec = np.array([position.dec_deg for position in positions], dtype=np.float64)
        return [bool(held) for held in self.holds_positions(ra, dec)]


def coverage_of(footprint: Footprint) -> Coverage:
    """Places of a footprint; takes up to a second, so call it in a thread.

    Parameters
    ----------
    footprint : Footprint
        Zones, distance from the Milky Way and coverage map, of which all must hold.

    Returns
    -------
    Coverage
        May be empty.

    Raises
    ------
    ValueError
        If the coverage map cannot be read.
    """
    area = reduce(or_, map(_zone, footprint.zones))
    if footprint.galactic_latitude_deg > 0:
        area &= _away_from_milky_way(footprint.galactic_latitude_deg)
    if footprint.moc:
        area &= _loaded(footprint.moc)
    return Coverage(np.ascontiguousarray(area.to_depth29_ranges, dtype=np.uint64).reshape(-1, 2))


def both(one: Coverage, other: Coverage) -> Coverage:
    """Places that belong to two sets; call it in a thread.

    Parameters
    ----------
    one, other : Coverage
        The sets.

    Returns
    -------
    Coverage
        What they share; may be empty.
    """
    from mocpy import MOC

    shared = MOC.from_depth29_ranges(DEEPEST_ORDER, one.ranges) & MOC.from_depth29_ranges(
        DEEPEST_ORDER, other.ranges
    )
    return Coverage(np.ascontiguousarray(shared.to_depth29_ranges, dtype=np.uint64).reshape(-1, 2))


def _zone(zone: Zone) -> Any:
    from astropy.coordinates import SkyCoord
    from mocpy import MOC

    if zone == Zone():
        return MOC.from_string("0/0-11")
    corners = SkyCoord([zone.ra_from, zone.ra_to], [zone.dec_from, zone.dec_to], unit="deg")
    return MOC.from_zone(corners, max_depth=_ORDER)


def _away_from_milky_way(latitude_deg: float) -> Any:
    from mocpy import MOC

    cells = np.arange(12 * 4**_ORDER, dtype=np.uint64)
    ra, dec = (np.radians(angle) for angle in centres(_ORDER, cells))
    pole_ra, pole_dec = (radians(angle) for angle in _NORTH_POLE)
    height = np.sin(dec) * sin(pole_dec) + np.cos(dec) * np.cos(pole_dec) * np.cos(ra - pole_ra)
    away = cells[np.abs(height) >= sin(radians(latitude_deg))]
    return MOC.from_healpix_cells(away, np.full(away.shape, _ORDER, dtype=np.uint8), max_depth=_ORDER)


def _loaded(stored: bytes) -> Any:
    """A coverage map, checked: the library lets impossible numbers through."""
    from mocpy import MOC

    try:
        if stored.startswith(b"SIMPLE"):
            moc = MOC.from_fits(BytesIO(stored))
        else:
            text = stored.decode("utf-8").strip()
            moc = MOC.from_string(text, "json" if text.startswith("{") else "ascii")
    except (OSError, ValueError, OverflowError) as error:
        raise ValueError(
            f"is no coverage map: {str(error).splitlines()[0] if str(error) else error!r}"
        ) from error
    ranges = np.asarray(moc.to_depth29_ranges, dtype=np.uint64).reshape(-1, 2)
    flat = ranges.ravel()
    if flat.size and (flat[-1] > _CELLS_OF_SKY or bool((flat[1:] < flat[:-1]).any())):
        raise ValueError("is a damaged coverage map: its cells are not on the sphere or not in order")
    return moc
