"""All places that a source may look at, numbered: fields of a footprint, or targets of a list."""

from dataclasses import dataclass
from math import isnan
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.sky import SkyPosition
from astrolens.sampling.coverage import Coverage
from astrolens.sampling.healpix import DEEPEST_ORDER, centres, middle_at_deepest
from astrolens.sampling.shuffle import Shuffle
from astrolens.sampling.targets import Targets
from astrolens.sampling.visit import Visit

_NEXT_DECK = 0x5851F42D4C957F2D


class Places(Protocol):
    """Numbered places; some numbers may be empty."""

    @property
    def count(self) -> int:
        """How many numbers there are.

        Returns
        -------
        int
            0 or more.
        """
        ...

    def visits(self, start: int, stop: int, round_: int) -> list[tuple[int, Visit]]:
        """Places of some numbers.

        Parameters
        ----------
        start, stop : int
            First number, and one after the last.
        round_ : int
            How many times all places were visited before.

        Returns
        -------
        list of tuple
            Number and visit, ascending, without the empty numbers.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fields:
    """Cells that touch an area, in the order of a seed, each once; those whose centre is outside are empty.

    Attributes
    ----------
    coverage : Coverage
        The area.
    order : int
        Of the cells, from 0 to 28.
    seed : int
        Which order they come in.
    reshuffle : bool
        Whether each round has its own order.
    ends : ndarray of uint64, shape (n,)
        One after the last cell of each range that touches the area.
    sums : ndarray of uint64, shape (n,)
        How many cells there are up to the end of each range.
    """

    coverage: Coverage
    order: int
    seed: int
    reshuffle: bool
    ends: NDArray[np.uint64]
    sums: NDArray[np.uint64]

    @classmethod
    def of(cls, coverage: Coverage, order: int, *, seed: int, reshuffle: bool = False) -> Self:
        """Fields of an area.

        Parameters
        ----------
        coverage : Coverage
            The area.
        order : int
            Of the cells, from 0 to 28.
        seed : int
            Which order they come in, in [0, 2**63).
        reshuffle : bool
            Whether each round has its own order.

        Returns
        -------
        Fields
            All of them.
        """
        touched = coverage.touched_at(order)
        sums = np.cumsum(touched[:, 1] - touched[:, 0], dtype=np.uint64)
        return cls(
            coverage=coverage, order=order, seed=seed, reshuffle=reshuffle, ends=touched[:, 1], sums=sums
        )

    @property
    def count(self) -> int:
        """How many cells touch the area.

        Returns
        -------
        int
            0 or more.
        """
        return int(self.sums[-1]) if self.sums.size else 0

    def visits(self, start: int, stop: int, round_: int) -> list[tuple[int, Visit]]:
        """Centres of cells, to 0.001 arcsec.

        Parameters
        ----------
        start, stop : int
            First number, and one after the last.
        round_ : int
            How many times all cells were visited before.

        Returns
        -------
        list of tuple
            Number and visit, ascending.
        """
        numbers = np.arange(start, min(stop, self.count), dtype=np.uint64)
        if start >= self.count or not numbers.size:
            return []
        seed = self.seed + (round_ * _NEXT_DECK if self.reshuffle else 0)
        cards = Shuffle(count=self.count, seed=seed % 2**63).at(numbers)
        which = np.searchsorted(self.sums, cards, side="right")
        cells = self.ends[which] - (self.sums[which] - cards)
        middles = middle_at_deepest(
            self.order, cells
        )  # a centre is a corner; this cell is surely inside or out
        inside = self.coverage.holds(middles)
        ra, dec = centres(DEEPEST_ORDER, middles[inside])
        return [
            (int(number), self._visit(int(cell), float(a), float(d), round_))
            for number, cell, a, d in zip(numbers[inside], cells[inside], ra, dec, strict=True)
        ]

    def _visit(self, cell: int, ra_deg: float, dec_deg: float, round_: int) -> Visit:
        position = SkyPosition(ra_deg=ra_deg, dec_deg=dec_deg)
        return Visit(position=position, place=f"{self.order}-{cell}", round=round_)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Listed:
    """Targets in the order of their list; those outside the area are empty.

    Attributes
    ----------
    targets : Targets
        The list.
    inside : ndarray of bool, shape (n,)
        Which of them are in the area.
    """

    targets: Targets
    inside: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many targets the list has.

        Returns
        -------
        int
            1 or more.
        """
        return len(self.targets.names)

    def visits(self, start: int, stop: int, round_: int) -> list[tuple[int, Visit]]:
        """Targets by number.

        Parameters
        ----------
        start, stop : int
            First number, and one after the last.
        round_ : int
            How many times the whole list was visited before.

        Returns
        -------
        list of tuple
            Number and visit, ascending.
        """
        return [
            (number, self._visit(number, round_))
            for number in range(start, min(stop, self.count))
            if self.inside[number]
        ]

    def _visit(self, number: int, round_: int) -> Visit:
        ra, dec = float(self.targets.ra_deg[number]), float(self.targets.dec_deg[number])
        name, radius = self.targets.names[number], float(self.targets.radius_arcsec[number])
        spot = f"{ra:.6f}{dec:+.6f}"
        return Visit(
            position=SkyPosition(ra_deg=ra, dec_deg=dec),
            place=f"{name} {spot}" if name else spot,
            round=round_,
            radius_arcsec=None if isnan(radius) else radius,
        )
