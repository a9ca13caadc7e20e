"""What a picture resembles: the nearest normals of its source, and the nearest pictures that a person labelled."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue
from astrolens.domain.why import Neighbour
from astrolens.store.database import Database
from astrolens.store.vectors import VectorIndex

_SAME_PIXELS = 1.0 - 1e-6
_FIRST_LOOK, _SECOND_LOOK = 48, 768
_MOST_LABELLED = 20_000

_ROWS = """
SELECT id, source, key, decision, label, near_duplicate_of FROM images WHERE id IN (SELECT value FROM json_each(?))
"""
_NEWEST_NORMALS = """
SELECT id FROM images WHERE decision = 'normal' AND source = ? AND ifnull(label, 'normal') = 'normal' AND has_blob = 1
ORDER BY found_at DESC, id DESC LIMIT ?
"""
_LABELLED = """
SELECT image.id, analysis.embedding FROM images AS image JOIN analyses AS analysis ON analysis.image_id = image.id
WHERE image.label IS NOT NULL AND image.decision IS NOT NULL AND analysis.model_id = ? AND image.id <> ?
ORDER BY image.id DESC LIMIT ?
"""


class Resemblance:
    """Searches among stored pictures.

    Parameters
    ----------
    database : Database
        Where pictures and labels are.
    vectors : VectorIndex
        Where their embeddings are.
    """

    def __init__(self, database: Database, vectors: VectorIndex) -> None:
        self._database = database
        self._vectors = vectors

    def newest_normals(self, source: str, limit: int) -> list[int]:
        """Normal pictures of a source whose original is kept.

        Parameters
        ----------
        source : str
            The source.
        limit : int
            Most pictures.

        Returns
        -------
        list of int
            The last to be judged so first.
        """
        with self._database.read() as connection:
            return [row["id"] for row in connection.execute(_NEWEST_NORMALS, (source, limit))]

    def normals(self, image_id: int, analysis: Analysis, limit: int) -> list[Neighbour]:
        """Normal pictures of the same source that look most alike.

        Parameters
        ----------
        image_id : int
            The picture; neither it nor a copy of it is found, and of pictures that are copies of each other only one.
        analysis : Analysis
            Of the picture.
        limit : int
            Most pictures.

        Returns
        -------
        list of Neighbour
            Nearest first; fewer when there are fewer among its 768 nearest, none when another encoder measured it.
        """
        found: list[Neighbour] = []
        for look in (_FIRST_LOOK, _SECOND_LOOK):
            self._vectors.refresh()
            if analysis.model_id != self._vectors.model_id:
                return []
            near = self._vectors.search(analysis.embedding, look, (image_id,))
            with self._database.read() as connection:
                rows = _rows(connection, [number for number, _ in near] + [image_id])
            source = rows[image_id]["source"] if image_id in rows else ""
            wanted = {number for number, row in rows.items() if row["source"] == source and _is_normal(row)}
            found = _distinct(image_id, near, rows, wanted, limit)
            if len(found) == limit or len(near) < look:
                break
        return found

    def labelled(self, image_id: int, analysis: Analysis, limit: int) -> list[Neighbour]:
        """Labelled pictures of any source that look most alike.

        Parameters
        ----------
        image_id : int
            The picture; neither it nor a copy of it is found, and of pictures that are copies of each other only one.
        analysis : Analysis
            Of the picture.
        limit : int
            Most pictures.

        Returns
        -------
        list of Neighbour
            Nearest first, among the newest 20,000 labelled pictures of the same encoder.
        """
        with self._database.read() as connection:
            stored = connection.execute(_LABELLED, (analysis.model_id, image_id, _MOST_LABELLED)).fetchall()
            if not stored:
                return []
            vectors = np.frombuffer(b"".join(row["embedding"] for row in stored), dtype="<f4")
            vectors = vectors.reshape(len(stored), -1).astype(np.float32)
            cosines = _unit(vectors) @ _unit(analysis.embedding[None])[0]
            order = np.argsort(-cosines, kind="stable")[: 8 * limit]
            near = [(int(stored[place]["id"]), float(np.clip(cosines[place], -1, 1))) for place in order]
            rows = _rows(connection, [number for number, _ in near] + [image_id])
        return _distinct(image_id, near, rows, {number for number, _ in near}, limit)


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def _is_normal(row: sqlite3.Row) -> bool:
    if row["label"] is not None:
        return bool(row["label"] == LabelValue.NORMAL)
    return bool(row["decision"] == Decision.NORMAL)


def _rows(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, sqlite3.Row]:
    return {row["id"]: row for row in connection.execute(_ROWS, (json.dumps(list(ids)),))}


def _distinct(
    image_id: int,
    near: Sequence[tuple[int, float]],
    rows: dict[int, sqlite3.Row],
    wanted: set[int],
    limit: int,
) -> list[Neighbour]:
    """The nearest of those wanted, each picture of a family of copies once, and none of the picture's own family."""
    seen = {_family(rows[image_id])} if image_id in rows else set()
    found: list[Neighbour] = []
    for number, cosine in near:
        row = rows.get(number)
        if row is None or number not in wanted or _family(row) in seen or cosine >= _SAME_PIXELS:
            continue
        seen.add(_family(row))
        found.append(
            Neighbour(
                image_id=number,
                similarity=cosine,
                source=row["source"],
                key=row["key"],
                decision=row["decision"] or Decision.CALIBRATING.value,
                label=row["label"],
            )
        )
        if len(found) == limit:
            break
    return found


def _family(row: sqlite3.Row) -> int:
    return int(row["near_duplicate_of"] or row["id"])
