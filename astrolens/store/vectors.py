"""Nearest neighbours by cosine: a faiss index in memory, on disk now and then, always rebuildable."""

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import Unavailable
from astrolens.store.database import Database

_LOG = logging.getLogger(__name__)
_MANIFEST = "manifest.json"
_FORMAT = 1
_SAVE_AFTER = 10_000
_CHUNK = 20_000

_NEWEST_MODEL = "SELECT model_id FROM analyses ORDER BY sequence DESC LIMIT 1"
_LAST = "SELECT ifnull(max(sequence), 0) FROM analyses"
_WANTED = "SELECT image_id FROM analyses WHERE model_id = ? AND in_index = 1"
_CHANGED = "SELECT image_id FROM analyses WHERE sequence > ? AND model_id = ? AND in_index = 1"
_EMBEDDINGS = """
SELECT image_id, embedding FROM analyses
WHERE model_id = ? AND in_index = 1 AND image_id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What the file on disk is; the index is believed only when it fits."""

    file: str
    sha256: str
    model_id: str
    count: int
    sequence: int
    version: int = _FORMAT


class VectorIndex:
    """Embeddings of one model, searchable; the database stays the truth.

    Exact search over L2-normalised float32 vectors (``IndexFlatIP``), which costs 4 d bytes and about d
    multiplications for each image: 0.8 GB and some 0.1 s a question for a million images with d = 192. Beyond
    that an ``IndexHNSWFlat`` or ``IndexIVFPQ`` takes the place of the flat index inside the same ID map.

    Parameters
    ----------
    folder : Path
        Created when missing; holds the index file and its manifest.
    database : Database
        Where the embeddings are.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._lock = threading.RLock()
        self._index: Any = None
        self._held: set[int] = set()
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
            return 0 if self._index is None else int(self._index.ntotal)

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
            self._take_in(connection, _ids(connection, _CHANGED, (self._sequence, self._model_id)))
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
            if self._index is None or self._index.ntotal == 0 or k < 1:
                return []
            if vector.shape != (self._index.d,):
                raise ValueError(f"vector has shape {vector.shape}; this index wants ({self._index.d},)")
            most = min(k + len(left_out), int(self._index.ntotal))
            cosines, ids = self._index.search(_normalised(vector[np.newaxis]), most)
        pairs = zip(ids[0].tolist(), cosines[0].tolist(), strict=True)
        found = [(image_id, max(-1.0, min(1.0, cosine))) for image_id, cosine in pairs]
        return [pair for pair in found if pair[0] not in left_out and pair[0] >= 0][:k]

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
            self._unsaved += self._drop(self._held.intersection(ids))

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
            if self._index is None or self._unsaved == 0:
                return
            try:
                self._write_file()
            except (OSError, RuntimeError) as error:
                raise Unavailable(f"vector index cannot be written: {error}; free disk space") from error
            self._unsaved = 0

    def _write_file(self) -> None:
        file = self._folder / f"vectors-{self._sequence}-{os.urandom(4).hex()}.faiss"
        faiss.write_index(self._index, str(file))
        _sync(file)
        manifest = _Manifest(
            file=file.name,
            sha256=_sha256(file),
            model_id=self._model_id,
            count=int(self._index.ntotal),
            sequence=self._sequence,
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
            index: Any = faiss.read_index(str(file))
            if index.ntotal != manifest.count:
                raise ValueError(f"{file} holds {index.ntotal} vectors, not {manifest.count}")
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            _LOG.warning("vector index is built anew from the database: %s", error)
            return
        self._index = index
        self._held = set(faiss.vector_to_array(index.id_map).tolist())
        self._model_id = manifest.model_id
        self._sequence = manifest.sequence

    def _agree(self, connection: sqlite3.Connection) -> None:
        """Bring the index to what the database says at this moment, whatever it held before."""
        last = int(connection.execute(_LAST).fetchone()[0])
        wanted = _ids(connection, _WANTED, (self._model_id,))
        changed = _ids(connection, _CHANGED, (self._sequence, self._model_id))
        held = np.fromiter(self._held, dtype=np.int64, count=len(self._held))
        self._unsaved += self._drop(np.setdiff1d(held, wanted).tolist())
        self._take_in(connection, np.union1d(np.setdiff1d(wanted, held), changed))
        self._sequence = last

    def _take_in(self, connection: sqlite3.Connection, ids: NDArray[np.int64]) -> None:
        for found, embeddings in _embeddings(connection, self._model_id, ids):
            self._unsaved += self._insert(found, embeddings)

    def _insert(self, ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> int:
        """Put in what is not there yet just so; return how many that were."""
        if embeddings.ndim != 2 or len(ids) != len(embeddings):
            raise ValueError(f"{len(ids)} ids do not fit embeddings of shape {embeddings.shape}")
        if not np.isfinite(embeddings).all():
            raise ValueError("an embedding is not finite; measure the image again")
        if len(ids) == 0:
            return 0
        if self._index is None:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(embeddings.shape[1]))
        if embeddings.shape[1] != self._index.d:
            raise ValueError(
                f"embeddings have {embeddings.shape[1]} numbers; this index wants {self._index.d}"
            )
        unit = _normalised(embeddings)
        new = [place for place, image_id in enumerate(ids.tolist()) if not self._holds(image_id, unit[place])]
        if new:
            self._drop(self._held.intersection(ids[new].tolist()))
            self._index.add_with_ids(unit[new], ids[new])
            self._held.update(ids[new].tolist())
        return len(new)

    def _holds(self, image_id: int, unit: NDArray[np.float32]) -> bool:
        return image_id in self._held and np.array_equal(self._index.reconstruct(image_id), unit)

    def _drop(self, ids: Collection[int]) -> int:
        if ids:
            self._index.remove_ids(np.asarray(list(ids), dtype=np.int64))
            self._held.difference_update(ids)
        return len(ids)

    def _follow_newest_model(self, connection: sqlite3.Connection) -> None:
        row = connection.execute(_NEWEST_MODEL).fetchone()
        newest = "" if row is None else str(row["model_id"])
        if newest != self._model_id:
            self._start_afresh(newest)

    def _start_afresh(self, model_id: str) -> None:
        self._index, self._model_id, self._sequence = None, model_id, 0
        self._held.clear()

    def _sweep(self, keep: str) -> None:
        for file in self._folder.glob("vectors-*.faiss"):
            if file.name != keep:
                with contextlib.suppress(FileNotFoundError):
                    file.unlink()


def _ids(connection: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> NDArray[np.int64]:
    return np.fromiter((row[0] for row in connection.execute(sql, values)), dtype=np.int64)


def _embeddings(
    connection: sqlite3.Connection, model_id: str, ids: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    for start in range(0, len(ids), _CHUNK):
        wanted = json.dumps(ids[start : start + _CHUNK].tolist())
        rows = connection.execute(_EMBEDDINGS, (model_id, wanted)).fetchall()
        found = np.asarray([row["image_id"] for row in rows], dtype=np.int64)
        flat = np.frombuffer(b"".join(row["embedding"] for row in rows), dtype="<f4")
        yield found, flat.reshape(len(rows), -1).astype(np.float32, copy=False)


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
