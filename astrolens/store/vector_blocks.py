"""A flat shelf in blocks, so that taking a few vectors out of very many is cheap."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from astrolens.store.vector_shelf import Shelf

BLOCK = 4_096


class Blocks:
    """Vectors on flat shelves of a few thousand each.

    Parameters
    ----------
    dimension : int
        Length of a vector.
    first : Shelf, optional
        A flat shelf to begin with, of any size.
    """

    def __init__(self, dimension: int, first: Shelf | None = None) -> None:
        self.dimension = dimension
        self._blocks = [first or Shelf.flat(dimension)]
        self._block_of = dict.fromkeys(self._blocks[0].ids().tolist(), self._blocks[0])

    def __len__(self) -> int:
        """Count the vectors."""
        return len(self._block_of)

    def put(self, ids: NDArray[np.int64], unit: NDArray[np.float32]) -> None:
        """Put vectors in.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Their images, none of which is there yet.
        unit : ndarray of float32, shape (n, d)
            Of length one.
        """
        done = 0
        while done < len(ids):
            if len(self._blocks[-1]) >= BLOCK:
                self._blocks.append(Shelf.flat(self.dimension))
            block = self._blocks[-1]
            some = slice(done, done + BLOCK - len(block))
            block.put(ids[some], unit[some])
            self._block_of.update(dict.fromkeys(ids[some].tolist(), block))
            done = some.stop

    def take_out(self, ids: Iterable[int]) -> None:
        """Take vectors out.

        Parameters
        ----------
        ids : iterable of int
            Images that are there.
        """
        for block, some in self._sorted(ids).items():
            block.take_out([number for number, _ in some])
            for number, _ in some:
                del self._block_of[number]
        if len(self._blocks) > 1:
            self._blocks = [block for block in self._blocks if len(block)] or self._blocks[:1]

    def last(self, most: int) -> NDArray[np.int64]:
        """Images that can be taken out most cheaply.

        Parameters
        ----------
        most : int
            Most images.

        Returns
        -------
        ndarray of int64, shape (n,)
            Of one block.
        """
        return self._blocks[-1].ids()[-most:]

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read vectors back.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Images that are there.

        Returns
        -------
        ndarray of float32, shape (n, d)
            In their order.
        """
        out = np.zeros((len(ids), self.dimension), np.float32)
        for block, some in self._sorted(ids.tolist()).items():
            out[[place for _, place in some]] = block.vectors(
                np.asarray([number for number, _ in some], np.int64)
            )
        return out

    def holds(self, image_id: int, unit: NDArray[np.float32]) -> bool:
        """Whether an image is there with just this vector.

        Parameters
        ----------
        image_id : int
            Any image.
        unit : ndarray of float32, shape (d,)
            Of length one.

        Returns
        -------
        bool
            True when nothing is to be done.
        """
        block = self._block_of.get(image_id)
        return block is not None and block.holds(image_id, unit)

    def search(self, unit: NDArray[np.float32], most: int) -> Sequence[tuple[int, float]]:
        """Find what is near, exactly.

        Parameters
        ----------
        unit : ndarray of float32, shape (d,)
            Of length one.
        most : int
            How many of each block, at least 1.

        Returns
        -------
        sequence of (int, float)
            Image and cosine; the nearest are among them.
        """
        out: list[tuple[int, float]] = []
        for block in self._blocks:
            ids, cosines = block.search(unit, most)
            out += zip(ids.tolist(), cosines.tolist(), strict=True)
        return out

    def whole(self) -> Shelf:
        """All vectors on one flat shelf, as it is written to disk.

        Returns
        -------
        Shelf
            A copy, unless there is only one block.
        """
        if len(self._blocks) == 1:
            return self._blocks[0]
        shelf = Shelf.flat(self.dimension)
        for block in self._blocks:
            shelf.put(ids := block.ids(), block.vectors(ids))
        return shelf

    def _sorted(self, ids: Iterable[int]) -> dict[Shelf, list[tuple[int, int]]]:
        """Image and its place in the question, by block."""
        out: dict[Shelf, list[tuple[int, int]]] = {}
        for place, number in enumerate(ids):
            out.setdefault(self._block_of[number], []).append((number, place))
        return out
