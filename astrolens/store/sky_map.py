"""What was judged, area by area, and pictures spread evenly over all that were measured; bounded at any size."""

import json
import sqlite3
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.detection import Decision
from astrolens.store.database import Database

MOST_FINDINGS = 600

_COUNTS = "SELECT area, decision, images FROM sky_counts WHERE images > 0 ORDER BY area"
_JUDGED = "SELECT ifnull(sum(images), 0) FROM tallies"
_ENDS = """
SELECT (SELECT min(image_id) FROM analyses WHERE model_id = :model AND in_index = 1),
       (SELECT max(image_id) FROM analyses WHERE model_id = :model AND in_index = 1)
"""
_NEXT = """
SELECT image_id FROM analyses WHERE model_id = ? AND in_index = 1 AND image_id >= ? ORDER BY image_id LIMIT 1
"""
_FINDINGS = """
SELECT id FROM images INDEXED BY images_by_sigma WHERE decision = ? ORDER BY sigma DESC LIMIT ?
"""
_PLACED = """
SELECT analysis.image_id, analysis.embedding, ifnull(image.decision, 'calibrating') AS decision, image.label
FROM json_each(:ids) AS wanted
CROSS JOIN analyses AS analysis ON analysis.image_id = wanted.value
CROSS JOIN images AS image ON image.id = wanted.value
WHERE analysis.model_id = :model
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Pictures with their embeddings, one a row.

    Attributes
    ----------
    ids : tuple of int
        The pictures.
    decisions : tuple of str
        Verdicts.
    labels : tuple of str or None
        Newest labels.
    embeddings : ndarray of float32, shape (n, d)
        Finite; (0, 0) when there are none.
    """

    ids: tuple[int, ...]
    decisions: tuple[str, ...]
    labels: tuple[str | None, ...]
    embeddings: NDArray[np.float32]


class SkyMap:
    """Reads counters kept by triggers, and samples.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> tuple[dict[int, dict[str, int]], int]:
        """Verdicts in each area.

        Returns
        -------
        dict of int to dict of str to int
            By number of area and decision, without zeros; at most 2,592 areas.
        int
            All pictures with a verdict, also those without a position.
        """
        areas: dict[int, dict[str, int]] = {}
        with self._database.read() as connection:
            for number, decision, images in connection.execute(_COUNTS):
                areas.setdefault(number, {})[decision] = images
            judged = int(connection.execute(_JUDGED).fetchone()[0])
        return areas, judged

    def spread(self, model_id: str, most: int) -> Spread:
        """Findings, and other pictures spread evenly over their numbers.

        Parameters
        ----------
        model_id : str
            Only pictures that this encoder measured.
        most : int
            Most pictures beside `MOST_FINDINGS` anomalies and as many near misses, greater than 0.

        Returns
        -------
        Spread
            The same as long as nothing comes in; reads at most ``most`` places of an index, however many
            pictures there are.
        """
        with self._database.read() as connection:
            ids = set(_evenly(connection, model_id, most))
            for decision in (Decision.ANOMALY, Decision.NEAR_MISS):
                ids.update(row[0] for row in connection.execute(_FINDINGS, (decision.value, MOST_FINDINGS)))
            rows = connection.execute(_PLACED, {"ids": json.dumps(sorted(ids)), "model": model_id}).fetchall()
        vectors = [np.frombuffer(row["embedding"], dtype="<f4") for row in rows]
        return Spread(
            ids=tuple(row["image_id"] for row in rows),
            decisions=tuple(row["decision"] for row in rows),
            labels=tuple(row["label"] for row in rows),
            embeddings=np.array(vectors, dtype=np.float32) if vectors else np.zeros((0, 0), dtype=np.float32),
        )


def _evenly(connection: sqlite3.Connection, model_id: str, most: int) -> list[int]:
    first, last = connection.execute(_ENDS, {"model": model_id}).fetchone()
    if first is None:
        return []
    ids: list[int] = []
    step = max(1.0, (last - first + 1) / most)
    wanted = float(first)
    while wanted <= last and len(ids) < most:
        row = connection.execute(_NEXT, (model_id, int(wanted))).fetchone()
        if row is None:
            break
        ids.append(int(row[0]))
        wanted = max(wanted + step, row[0] + 1.0)
    return ids
