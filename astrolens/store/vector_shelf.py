"""Where embeddings lie in memory: a flat shelf that is searched whole, and a graph that is walked."""

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

LINKS = 24  # of a point in the graph; twice as many on its lowest floor
CARE = 80  # candidates looked at when a point is put in
LOOK = 96  # candidates held during a walk, at least
_SAME = 1e-3  # relative; half precision rounds to 5e-4


def one_thread() -> None:
    """Let what this thread asks of faiss run in this thread alone."""
    faiss.omp_set_num_threads(1)


def _is_text(file: Path) -> bool:
    """Whether faiss takes the name: it wants UTF-8, which a path has not in a locale without it."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        return False
    return True


class Shelf:
    """Vectors of length one by the number of their image, exact.

    Parameters
    ----------
    index : faiss.IndexIDMap2
        From `flat`, `graph` or `read`.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        self._walk: Any = faiss.downcast_index(index.index)
        self.is_graph = isinstance(self._walk, faiss.IndexHNSW)

    @classmethod
    def flat(cls, dimension: int) -> "Shelf":
        """An empty shelf that is searched whole.

        Parameters
        ----------
        dimension : int
            Length of a vector.

        Returns
        -------
        Shelf
            4 bytes a number; every search reads all of it.
        """
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def graph(cls, dimension: int) -> "Shelf":
        """An empty hierarchical small-world graph.

        Parameters
        ----------
        dimension : int
            Length of a vector.

        Returns
        -------
        Shelf
            2 bytes a number and some 200 for the links of each; a search walks from neighbour to neighbour, and nothing
            can be taken out.

        References
        ----------
        .. [1] Malkov and Yashunin (2020), IEEE TPAMI 42, 824.
        """
        # The hints of faiss speak of another of its constructors.
        make: Any = faiss.IndexHNSWSQ
        made = make(dimension, faiss.ScalarQuantizer.QT_fp16, LINKS, faiss.METRIC_INNER_PRODUCT)
        made.hnsw.efConstruction = CARE
        made.is_trained = True  # half precision has nothing to learn
        return cls(faiss.IndexIDMap2(made))

    @classmethod
    def read(cls, file: Path) -> "Shelf":
        """Read a shelf from disk.

        Parameters
        ----------
        file : Path
            As `write` left it.

        Returns
        -------
        Shelf
            The same.

        Raises
        ------
        RuntimeError
            If it cannot be read.
        """
        if _is_text(file):
            return cls(faiss.read_index(str(file)))
        whole: Any = faiss  # its hints do not know these two
        with file.open("rb") as stream:
            return cls(faiss.read_index(whole.PyCallbackIOReader(stream.read)))

    def write(self, file: Path) -> None:
        """Write it to disk.

        Parameters
        ----------
        file : Path
            Overwritten.

        Raises
        ------
        RuntimeError
            If the disk is full or cannot be written.
        """
        if _is_text(file):
            faiss.write_index(self._index, str(file))
            return
        whole: Any = faiss
        with file.open("wb") as stream:
            faiss.write_index(self._index, whole.PyCallbackIOWriter(stream.write))

    def __len__(self) -> int:
        """Count the vectors, in a graph with those that were given up."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector.

        Returns
        -------
        int
            As it was made with.
        """
        return int(self._index.d)

    def ids(self) -> NDArray[np.int64]:
        """Numbers of all images.

        Returns
        -------
        ndarray of int64, shape (n,)
            In a graph one that was put in again occurs twice.
        """
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def put(self, ids: NDArray[np.int64], unit: NDArray[np.float32]) -> None:
        """Put vectors in.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Their images; on a flat shelf none of them is there yet.
        unit : ndarray of float32, shape (n, d)
            Of length one.
        """
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(unit), np.ascontiguousarray(ids))

    def take_out(self, ids: Sequence[int]) -> None:
        """Take vectors off a flat shelf.

        Parameters
        ----------
        ids : sequence of int
            Images that are there.
        """
        self._index.remove_ids(np.asarray(ids, dtype=np.int64))

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read vectors back.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Images that are there.

        Returns
        -------
        ndarray of float32, shape (n, d)
            Of length one, up to rounding; of an image that was put in twice the later.
        """
        if not len(ids):
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self._index.reconstruct_batch(np.ascontiguousarray(ids)), dtype=np.float32)

    def holds(self, image_id: int, unit: NDArray[np.float32]) -> bool:
        """Whether an image has just this vector, up to rounding of the shelf.

        Parameters
        ----------
        image_id : int
            An image that is there.
        unit : ndarray of float32, shape (d,)
            Of length one.

        Returns
        -------
        bool
            True when nothing is to be done.
        """
        stored = self._index.reconstruct(image_id)
        if not self.is_graph:
            return bool(np.array_equal(stored, unit))
        return bool(np.allclose(stored, unit, rtol=_SAME, atol=1e-6))

    def search(self, unit: NDArray[np.float32], most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find what is near.

        Parameters
        ----------
        unit : ndarray of float32, shape (d,)
            Of length one.
        most : int
            How many, at least 1.

        Returns
        -------
        ids : ndarray of int64, shape (n,)
            Each image once; a graph may miss one, and gives some that were given up.
        cosines : ndarray of float32, shape (n,)
            In [-1, 1]; from a graph exact for its rounded vectors.
        """
        if not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if self.is_graph:
            self._walk.hnsw.efSearch = max(LOOK, 2 * most)
        cosines, found = self._index.search(unit[None], min(most, len(self)))
        if not self.is_graph:
            return found[0], cosines[0]
        ids = np.unique(found[0][found[0] >= 0])
        stored = self.vectors(ids)
        lengths = np.maximum(np.linalg.norm(stored, axis=1), np.finfo(np.float32).tiny)
        return ids, (stored @ unit) / lengths


def be_humble() -> None:
    """Let the thread that calls work alone and behind everything else."""
    one_thread()
    if sys.platform == "linux":  # where a thread has a priority of its own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
