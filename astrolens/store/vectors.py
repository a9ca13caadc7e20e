"""Nearest neighbours by cosine: vectors in memory, on disk now and then, always rebuildable."""

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import Unavailable
from astrolens.store.database import Database
from astrolens.store.freed_memory import give_back
from astrolens.store.vector_rows import embeddings_of, ids_of, normalised
from astrolens.store.vector_shelf import Shelf, be_humble
from astrolens.store.vector_shelves import Plan, Shelves

_LOG = logging.getLogger(__name__)
_MANIFEST = "manifest.json"
_FORMAT = 2
_SAVE_AFTER = 10_000
GRAPH_FROM = 20_000
TAIL = 2_048
_STEP = 512
_GIVE_WAY_S = 0.005

_NEWEST_MODEL = "SELECT model_id FROM analyses ORDER BY sequence DESC LIMIT 1"
_LAST = "SELECT ifnull(max(sequence), 0) FROM analyses"
_WANTED = "SELECT image_id FROM analyses WHERE model_id = ? AND in_index = 1"
_CHANGED = "SELECT image_id FROM analyses WHERE sequence > ? AND model_id = ? AND in_index = 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What the file on disk is; the index is believed only when it fits."""

    file: str
    sha256: str
    model_id: str
    count: int
    sequence: int
    apart: list[int]  # images whose newest vector is not in the file
    version: int = _FORMAT


class VectorIndex:
    """Embeddings of one model, searchable; the database stays the truth.

    L2-normalised vectors lie on a flat shelf, whose search is exact and reads 4 d bytes an image, until there are
    ``graph_from`` of them. From then on a graph (`astrolens.store.vector_shelf.Shelf.graph`) holds them, which finds some
    98 of 100 true neighbours in a third of a millisecond at a million images, for 2 d + 250 bytes each. The graph is
    built, and built anew when a quarter of it was given up, by a thread of low priority while the old shelves are
    searched; what is new lies on the flat shelf until that thread has put it in, a few at a time.

    Parameters
    ----------
    folder : Path
        Created when missing; holds the index file and its manifest.
    database : Database
        Where the embeddings are.
    graph_from : int
        Fewest images for a graph.
    tail : int
        Most images beside the graph before some are put into it.
    """

    def __init__(
        self, folder: Path, database: Database, *, graph_from: int = GRAPH_FROM, tail: int = TAIL
    ) -> None:
        self._folder = folder
        self._database = database
        self._graph_from = graph_from
        self._most_apart = tail
        self._lock = threading.RLock()
        self._shelves = Shelves()
        self._builder: threading.Thread | None = None
        self._stop = threading.Event()
        self._model_id = ""
        self._sequence = 0
        self._unsaved = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def model_id(self) -> str:
        """The encoder whose embeddings are searched.

        Returns
        -------
        str
            The newest in the database; "" when there is none.
        """
        return self._model_id

    def __len__(self) -> int:
        """Count the images that can be found."""
        with self._lock:
            return len(self._shelves)

    @property
    def is_graph(self) -> bool:
        """Whether searches walk a graph, and may miss a neighbour.

        Returns
        -------
        bool
            False: every search is exact.
        """
        return self._shelves.graph is not None

    def wait_built(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is left for the building thread.

        Parameters
        ----------
        timeout_s : float, optional
            Longest wait; None: as long as it takes.

        Returns
        -------
        bool
            False when time ran out.
        """
        builder = self._builder
        if builder is not None:
            builder.join(timeout_s)
        return builder is None or not builder.is_alive()

    def close(self) -> None:
        """End the building thread; what it had not finished is begun again at the next start."""
        self._stop.set()
        self.wait_built()

    def open(self) -> None:
        """Read the file if it can be believed, then make it agree with the database."""
        with self._lock:
            self._start_afresh("")
            self._read_file()
            with self._database.read() as connection:
                self._follow_newest_model(connection)
                self._agree(connection)

    def refresh(self) -> None:
        """Take in what was measured since; searching and saving do so by themselves."""
        with self._lock, self._database.read() as connection:
            last = int(connection.execute(_LAST).fetchone()[0])
            if last == self._sequence:
                return
            self._follow_newest_model(connection)
            self._take_in(connection, ids_of(connection, _CHANGED, (self._sequence, self._model_id)))
            self._sequence = last

    def add(self, ids: Sequence[int], embeddings: NDArray[np.float32]) -> None:
        """Make images findable without reading them back; nothing is written to disk.

        Parameters
        ----------
        ids : sequence of int
            Images whose analysis, of the newest model, is stored. One that is there already is replaced.
        embeddings : ndarray of float32, shape (n, d)
            Finite, not normalised.

        Raises
        ------
        ValueError
            If the shapes do not fit or an embedding is not finite.
        """
        with self._lock:
            self._unsaved += self._insert(np.asarray(ids, dtype=np.int64), embeddings)

    def search(
        self, vector: NDArray[np.float32], k: int, exclude: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """The images that look most like this.

        Parameters
        ----------
        vector : ndarray of float32, shape (d,)
            An embedding of the same model.
        k : int
            Most images.
        exclude : collection of int
            Images to leave out.

        Returns
        -------
        list of (int, float)
            Image and cosine in [-1, 1], nearest first.

        Raises
        ------
        ValueError
            If the length of the vector does not fit.
        """
        left_out = set(exclude)
        with self._lock:
            self.refresh()
            if not len(self._shelves) or k < 1:
                return []
            dimension = self._shelves.dimension
            if vector.shape != (dimension,):
                raise ValueError(f"vector has shape {vector.shape}; this index wants ({dimension},)")
            return self._shelves.search(normalised(vector[np.newaxis])[0], k, left_out)

    def remove(self, ids: Sequence[int]) -> None:
        """Make images unfindable, for good: a rebuild leaves them out too.

        Parameters
        ----------
        ids : sequence of int
            Images; unknown ones are ignored.
        """
        self._database.execute(
            "UPDATE analyses SET in_index = 0 WHERE image_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        with self._lock:
            self._unsaved += self._shelves.drop(ids)
            self._build_when_due()

    def save_when_due(self) -> bool:
        """Write the index when enough has changed that reading it anew would take long.

        Returns
        -------
        bool
            True when it was written.
        """
        with self._lock:
            if self._unsaved < max(_SAVE_AFTER, len(self) // 10):
                return False
            self.save()
            return True

    def save(self) -> None:
        """Write the index; a kill at any moment leaves the old one or the new one.

        Raises
        ------
        Unavailable
            If the disk is full or cannot be written; the index is then built anew at the next start.
        """
        with self._lock:
            with self._database.read() as connection:
                self._follow_newest_model(connection)
                self._agree(connection)
            if not len(self._shelves) or self._unsaved == 0:
                return
            try:
                self._write_file()
            except (OSError, RuntimeError) as error:
                raise Unavailable(f"vector index cannot be written: {error}; free disk space") from error
            self._unsaved = 0

    def _write_file(self) -> None:
        file = self._folder / f"vectors-{self._sequence}-{os.urandom(4).hex()}.faiss"
        shelf = self._shelves.main
        shelf.write(file)
        _sync(file)
        manifest = _Manifest(
            file=file.name,
            sha256=_sha256(file),
            model_id=self._model_id,
            count=len(shelf),
            sequence=self._sequence,
            apart=self._shelves.apart(),
        )
        temp = self._folder / f"{_MANIFEST}.new"
        temp.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        _sync(temp)
        temp.replace(self._folder / _MANIFEST)
        _sync(self._folder)
        self._sweep(file.name)

    def _read_file(self) -> None:
        """Load the index that the manifest names, unless anything about it is wrong."""
        try:
            text = (self._folder / _MANIFEST).read_text(encoding="utf-8")
            manifest = _Manifest(**json.loads(text))
            file = self._folder / Path(manifest.file).name
            if manifest.version != _FORMAT or _sha256(file) != manifest.sha256:
                raise ValueError(f"{file} is not the file that its manifest names")
            shelf = Shelf.read(file)
            if len(shelf) != manifest.count:
                raise ValueError(f"{file} holds {len(shelf)} vectors, not {manifest.count}")
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            _LOG.warning("vector index is built anew from the database: %s", error)
            return
        self._shelves = Shelves.of(shelf, manifest.apart)
        self._model_id = manifest.model_id
        self._sequence = manifest.sequence

    def _agree(self, connection: sqlite3.Connection) -> None:
        """Bring the index to what the database says at this moment, whatever it held before."""
        last = int(connection.execute(_LAST).fetchone()[0])
        wanted = ids_of(connection, _WANTED, (self._model_id,))
        changed = ids_of(connection, _CHANGED, (self._sequence, self._model_id))
        held = self._shelves.held()
        self._unsaved += self._shelves.drop(np.setdiff1d(held, wanted).tolist())
        self._take_in(connection, np.union1d(np.setdiff1d(wanted, held), changed))
        self._sequence = last

    def _take_in(self, connection: sqlite3.Connection, ids: NDArray[np.int64]) -> None:
        for found, embeddings in embeddings_of(connection, self._model_id, ids):
            self._unsaved += self._insert(found, embeddings)

    def _insert(self, ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> int:
        """Put in what is not there yet just so; return how many that were."""
        if embeddings.ndim != 2 or len(ids) != len(embeddings):
            raise ValueError(f"{len(ids)} ids do not fit embeddings of shape {embeddings.shape}")
        if not np.isfinite(embeddings).all():
            raise ValueError("an embedding is not finite; measure the image again")
        if len(ids) == 0:
            return 0
        if len(self._shelves) and embeddings.shape[1] != self._shelves.dimension:
            raise ValueError(
                f"embeddings have {embeddings.shape[1]} numbers; this index wants {self._shelves.dimension}"
            )
        new = self._shelves.insert(ids, normalised(embeddings))
        if new:
            self._build_when_due()
        return new

    def _build_when_due(self) -> None:
        """Start the building thread, unless it runs or nothing is due."""
        due = self._shelves.due(self._graph_from, self._most_apart)
        if due and not self._stop.is_set() and (self._builder is None or not self._builder.is_alive()):
            self._builder = threading.Thread(target=self._build, name="vector graph", daemon=True)
            self._builder.start()

    def _build(self) -> None:
        """The building thread: in small steps, each of which gives way to searches."""
        be_humble()
        try:
            while not self._stop.is_set():
                with self._lock:
                    shelves = self._shelves
                    if not shelves.due(self._graph_from, self._most_apart):
                        return
                    plan = shelves.plan()
                if plan is None:
                    with self._lock:
                        self._shelves.put_away()
                    time.sleep(_GIVE_WAY_S)
                elif self._filled(shelves, plan):
                    _LOG.info("searches among %d images walk a graph from now on", len(plan.graph))
                    give_back()
        except (MemoryError, RuntimeError) as error:
            self._stop.set()
            _LOG.warning("no graph of %d images was built, searches read all of them: %s", len(self), error)

    def _filled(self, shelves: Shelves, plan: Plan) -> bool:
        """Fill a new graph beside the shelves in use, then take it into use; False when that was called off."""
        while True:
            with self._lock:
                if self._stop.is_set() or self._shelves is not shelves:
                    return False
                ids, unit = shelves.next_of(plan, _STEP)
                if not len(ids):
                    shelves.install(plan)
                    self._unsaved = max(self._unsaved, _SAVE_AFTER, len(shelves) // 10)
                    return True
            plan.graph.put(ids, unit)  # outside the lock: nobody else knows this graph

    def _follow_newest_model(self, connection: sqlite3.Connection) -> None:
        row = connection.execute(_NEWEST_MODEL).fetchone()
        newest = "" if row is None else str(row["model_id"])
        if newest != self._model_id:
            self._start_afresh(newest)

    def _start_afresh(self, model_id: str) -> None:
        self._shelves, self._model_id, self._sequence = Shelves(), model_id, 0

    def _sweep(self, keep: str) -> None:
        for file in self._folder.glob("vectors-*.faiss"):
            if file.name != keep:
                with contextlib.suppress(FileNotFoundError):
                    file.unlink()


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
