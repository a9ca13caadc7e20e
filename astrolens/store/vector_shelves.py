"""The flat shelf and the graph together: which vector of an image counts, and how vectors move from one to the other."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from astrolens.store.vector_blocks import Blocks
from astrolens.store.vector_shelf import Shelf

_PUT_AWAY = 16  # at a time; a graph of a million takes some 4 ms for any number and 0.4 ms for each
_GIVEN_UP = 0.25
_MANY = 0.25  # beside the graph: a new one is filled without anybody waiting
_SPARE = 8


@dataclass(slots=True, kw_only=True)
class Plan:
    """A graph that is being filled beside the shelves in use.

    Attributes
    ----------
    graph : Shelf
        Nobody searches it yet.
    left : list of int
        Images still to be put in.
    """

    graph: Shelf
    left: list[int] = field(default_factory=list)


class Shelves:
    """All vectors of one model. Not safe for threads: the owner locks."""

    def __init__(self) -> None:
        self.flat: Blocks | None = None
        self.graph: Shelf | None = None
        self._held: set[int] = set()
        self._beside: set[int] = set()  # on the flat shelf while there is a graph
        self._plan: Plan | None = None
        self._touched: set[int] = set()

    @classmethod
    def of(cls, shelf: Shelf, apart: Iterable[int]) -> "Shelves":
        """Put a shelf that was read from disk into use.

        Parameters
        ----------
        shelf : Shelf
            Flat, or a graph.
        apart : iterable of int
            Images that it may hold and that do not count.

        Returns
        -------
        Shelves
            Which hold the other images.
        """
        made = cls()
        made.graph = shelf if shelf.is_graph else None
        made.flat = Blocks(shelf.dimension, None if shelf.is_graph else shelf)
        made._held = set(shelf.ids().tolist()).difference(apart)
        return made

    def __len__(self) -> int:
        """Count the images."""
        return len(self._held)

    @property
    def dimension(self) -> int:
        """Length of a vector.

        Returns
        -------
        int
            0 before the first was put in.
        """
        return 0 if self.flat is None else self.flat.dimension

    @property
    def main(self) -> Shelf:
        """The shelf that is worth writing to disk.

        Returns
        -------
        Shelf
            The graph if there is one.

        Raises
        ------
        ValueError
            If nothing was ever put in.
        """
        if self.flat is None:
            raise ValueError("nothing was put on the shelves")
        return self.graph or self.flat.whole()

    def apart(self) -> list[int]:
        """Images whose newest vector is not on the main shelf.

        Returns
        -------
        list of int
            In any order; images that were dropped are not among them.
        """
        return sorted(self._beside)

    def held(self) -> NDArray[np.int64]:
        """Numbers of all images.

        Returns
        -------
        ndarray of int64, shape (n,)
            In any order.
        """
        return np.fromiter(self._held, dtype=np.int64, count=len(self._held))

    def insert(self, ids: NDArray[np.int64], unit: NDArray[np.float32]) -> int:
        """Put in what is not there just so.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Images.
        unit : ndarray of float32, shape (n, d)
            Of length one.

        Returns
        -------
        int
            How many were new or other than before.
        """
        # Of an image that is named twice the later vector counts.
        last = {image_id: place for place, image_id in enumerate(ids.tolist())}
        new = [place for image_id, place in last.items() if not self._holds(image_id, unit[place])]
        if not new:
            return 0
        if self.flat is None:
            self.flat = Blocks(unit.shape[1])
        numbers = ids[new].tolist()
        self.drop(numbers)
        self.flat.put(ids[new], unit[new])
        self._held.update(numbers)
        if self.graph is not None:
            self._beside.update(numbers)
        if self._plan is not None:
            self._touched.update(numbers)
        return len(new)

    def drop(self, ids: Collection[int]) -> int:
        """Let images go.

        Parameters
        ----------
        ids : collection of int
            Unknown ones are ignored.

        Returns
        -------
        int
            How many were there.
        """
        known = self._held.intersection(ids)
        if not known or self.flat is None:
            return 0
        lying = known if self.graph is None else known & self._beside
        if lying:
            self.flat.take_out(lying)
        self._held -= known
        self._beside -= known
        return len(known)

    def search(self, unit: NDArray[np.float32], k: int, left_out: Collection[int]) -> list[tuple[int, float]]:
        """The images that look most like this.

        Parameters
        ----------
        unit : ndarray of float32, shape (d,)
            Of length one.
        k : int
            Most images, at least 1.
        left_out : collection of int
            Images to leave out.

        Returns
        -------
        list of (int, float)
            Image and cosine in [-1, 1], nearest first.
        """
        if self.flat is None:
            return []
        most = k + len(left_out)
        found = dict(self.flat.search(unit, most))
        if self.graph is not None:
            found = self._walked(self.graph, unit, most) | found
        wanted = ((image_id, cosine) for image_id, cosine in found.items() if image_id not in left_out)
        ranked = sorted(wanted, key=lambda pair: -pair[1])[:k]
        return [(image_id, max(-1.0, min(1.0, cosine))) for image_id, cosine in ranked]

    def _walked(self, graph: Shelf, unit: NDArray[np.float32], most: int) -> dict[int, float]:
        """What the graph finds and what counts; asks for more when much of it was given up."""
        ask = most + _SPARE
        while True:
            pairs = _pairs(*graph.search(unit, ask))
            found = {one: cosine for one, cosine in pairs if one in self._held and one not in self._beside}
            if len(found) >= most or ask >= len(graph):
                return found
            ask = min(4 * ask, len(graph))

    def due(self, graph_from: int, most_beside: int) -> bool:
        """Whether vectors should move.

        Parameters
        ----------
        graph_from : int
            Fewest images for a graph.
        most_beside : int
            Most images beside it.

        Returns
        -------
        bool
            False when all is as it should be.
        """
        if self.graph is None:
            return len(self._held) >= graph_from
        return len(self._beside) > most_beside or self._is_worn()

    def plan(self) -> Plan | None:
        """Begin a new graph where one is needed.

        Returns
        -------
        Plan or None
            None: it is enough to put some vectors away (`put_away`).
        """
        if self.graph is not None and not self._is_worn() and len(self._beside) < _MANY * len(self.graph):
            return None
        self._plan = Plan(graph=Shelf.graph(self.dimension), left=sorted(self._held))
        self._touched.clear()
        return self._plan

    def next_of(self, plan: Plan, most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Vectors that a new graph still lacks.

        Parameters
        ----------
        plan : Plan
            From `plan`.
        most : int
            Most vectors.

        Returns
        -------
        ids : ndarray of int64, shape (n,)
            Empty when it holds everything but what changed meanwhile.
        unit : ndarray of float32, shape (n, d)
            Their vectors.
        """
        while plan.left:
            some, plan.left = plan.left[-most:], plan.left[:-most]
            there = [one for one in some if one in self._held and one not in self._touched]
            if there:
                ids = np.asarray(there, dtype=np.int64)
                return ids, self._vectors(ids)
        return np.zeros(0, np.int64), np.zeros((0, self.dimension), np.float32)

    def install(self, plan: Plan) -> None:
        """Search the new graph from now on; what changed while it was filled stays on the flat shelf.

        Parameters
        ----------
        plan : Plan
            Filled.
        """
        changed = np.asarray(sorted(self._touched & self._held), dtype=np.int64)
        unit = self._vectors(changed)
        self.graph, self.flat = plan.graph, Blocks(self.dimension)
        self.flat.put(changed, unit)
        self._beside = set(changed.tolist())
        self._plan = None
        self._touched.clear()

    def put_away(self) -> None:
        """Move a few vectors from the flat shelf into the graph."""
        if self.graph is None or self.flat is None or not self._beside:
            return
        ids = self.flat.last(_PUT_AWAY)
        self.graph.put(ids, self.flat.vectors(ids))
        self.flat.take_out(ids.tolist())
        self._beside.difference_update(ids.tolist())

    def _is_worn(self) -> bool:
        if self.graph is None:
            return False
        given_up = len(self.graph) - (len(self._held) - len(self._beside))
        return given_up > _GIVEN_UP * len(self.graph)

    def _holds(self, image_id: int, unit: NDArray[np.float32]) -> bool:
        if image_id not in self._held or self.flat is None:
            return False
        if self.graph is None or image_id in self._beside:
            return self.flat.holds(image_id, unit)
        return self.graph.holds(image_id, unit)

    def _vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Newest vectors of images that are there."""
        out = np.zeros((len(ids), self.dimension), np.float32)
        if self.flat is None or not len(ids):
            return out
        beside = np.asarray([self.graph is None or one in self._beside for one in ids.tolist()], np.bool_)
        out[beside] = self.flat.vectors(ids[beside])
        if self.graph is not None:
            out[~beside] = self.graph.vectors(ids[~beside])
        return out


def _pairs(ids: NDArray[np.int64], cosines: NDArray[np.float32]) -> Sequence[tuple[int, float]]:
    return [pair for pair in zip(ids.tolist(), cosines.tolist(), strict=True) if pair[0] >= 0]
