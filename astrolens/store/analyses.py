"""What was measured: embedding, class scores, shape; stored together with the facts of the file."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.image import ImageState
from astrolens.store.database import Database
from astrolens.store.journey import advance, state_of
from astrolens.store.measured_facts import store_facts
from astrolens.store.record import MeasuredFacts
from astrolens.store.state import read_value

_OF_IMAGES = """
SELECT analysis.*, class_set.names, image.bands FROM analyses AS analysis
JOIN class_sets AS class_set ON class_set.id = analysis.class_set
JOIN images AS image ON image.id = analysis.image_id
WHERE analysis.image_id IN (SELECT value FROM json_each(?))
"""
_INSERT = """
INSERT INTO analyses (image_id, source, model_id, class_set, embedding, logits, heads, morphology,
                      morphology_flags, pixels, miniature)
VALUES (?, (SELECT source FROM images WHERE id = ?), ?, (SELECT id FROM class_sets WHERE names = ?),
        ?, ?, ?, ?, ?, ?, ?)
"""
_COUNT = "SELECT images FROM model_counts WHERE source = ? AND model_id = ?"
_SAMPLE_IDS = """
SELECT analysis.image_id FROM analyses AS analysis CROSS JOIN images AS image ON image.id = analysis.image_id
WHERE analysis.source = ? AND analysis.model_id = ? AND (? = 0 OR ifnull(image.label, '') NOT IN ('anomaly', 'artefact'))
ORDER BY analysis.image_id DESC LIMIT ?
"""
_WAITING = """
SELECT id FROM images WHERE state = 'analysed' AND source = ? AND due_at IS NOT NULL
ORDER BY due_at, id LIMIT ?
"""


class MeasuredOtherwise(Exception):
    """What pictures of this source are measured with has changed since this one was taken up."""


class AnalysisTable:
    """Rows of ``analyses``; storing one is the step from FETCHED to ANALYSED.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        image_id: int,
        analysis: Analysis,
        measured: MeasuredFacts,
        *,
        while_true: tuple[str, str] | None = None,
    ) -> int | None:
        """Store one analysis; a second one replaces the first and moves no state back.

        Parameters
        ----------
        image_id : int
            A fetched image, or one further on.
        analysis : Analysis
            What was measured.
        measured : MeasuredFacts
            What the file is.
        while_true : tuple of (str, str), optional
            Name and value of what is kept in ``state``: with another value there, nothing is stored.

        Returns
        -------
        int or None
            The earlier picture that looks the same, if there is one.

        Raises
        ------
        ValueError
            If the image is unknown, not yet fetched, a duplicate or parked.
        MeasuredOtherwise
            If the value is another one by now.
        """
        return self.put_many(((image_id, analysis, measured),), while_true=while_true)[0]

    def put_many(
        self,
        items: Sequence[tuple[int, Analysis, MeasuredFacts]],
        *,
        while_true: tuple[str, str] | None = None,
    ) -> list[int | None]:
        """Store several analyses in one transaction.

        Parameters
        ----------
        items : sequence of (int, Analysis, MeasuredFacts)
            As for `put`.
        while_true : tuple of (str, str), optional
            As for `put`.

        Returns
        -------
        list of int or None
            As `put`, in order.

        Raises
        ------
        ValueError
            As `put`; then none is stored.
        MeasuredOtherwise
            As `put`.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> list[int | None]:
            if while_true is not None and read_value(connection, *while_true) != while_true[1]:
                raise MeasuredOtherwise(f"{while_true[0]} is no longer {while_true[1]}")
            return [_put(connection, *item, now) for item in items]

        return self._database.write(_work)

    def replace(self, image_id: int, analysis: Analysis) -> None:
        """Put the analysis of another encoder in the place of the one that is there; nothing else changes.

        Parameters
        ----------
        image_id : int
            A measured image.
        analysis : Analysis
            Of the same picture.
        """
        self._database.write(lambda connection: _insert(connection, image_id, analysis))

    def get(self, image_id: int) -> Analysis | None:
        """One analysis.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        Analysis or None
            None when it was not measured.
        """
        found = self.get_many((image_id,))
        return found.get(image_id)

    def get_many(self, image_ids: Iterable[int]) -> dict[int, Analysis]:
        """Several analyses.

        Parameters
        ----------
        image_ids : iterable of int
            The images.

        Returns
        -------
        dict of int to Analysis
            Without those that were not measured.
        """
        wanted = json.dumps(list(image_ids))
        with self._database.read() as connection:
            rows = connection.execute(_OF_IMAGES, (wanted,)).fetchall()
        return {row["image_id"]: analysis_of(row) for row in rows}

    def embeddings(self, image_ids: Sequence[int]) -> NDArray[np.float32]:
        """Embeddings as one array.

        Parameters
        ----------
        image_ids : sequence of int
            Measured images, all of one model.

        Returns
        -------
        ndarray of float32, shape (n, d)
            In the order asked for; shape (0, 0) for no image.

        Raises
        ------
        ValueError
            If one was not measured, or the models differ.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT image_id, model_id, embedding FROM analyses"
                " WHERE image_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(image_ids)),),
            ).fetchall()
        if len({row["model_id"] for row in rows}) > 1:
            raise ValueError("these images were measured by different models; compare one model at a time")
        vectors = {row["image_id"]: np.frombuffer(row["embedding"], dtype="<f4") for row in rows}
        if missing := [image_id for image_id in image_ids if image_id not in vectors]:
            raise ValueError(f"image {missing[0]} has no analysis; measure it first")
        if not vectors:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([vectors[image_id] for image_id in image_ids]).astype(np.float32, copy=False)

    def sample(
        self,
        source: str,
        model_id: str,
        limit: int,
        *,
        exclude_labelled_anomaly: bool = True,
        seed: int | None = None,
    ) -> tuple[list[int], list[Analysis]]:
        """Pictures of one source, to learn its normals from.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder.
        limit : int
            Most pictures.
        exclude_labelled_anomaly : bool
            True leaves out what a person called an anomaly or an artefact.
        seed : int, optional
            Draw at random with this seed; the newest when not given.

        Returns
        -------
        tuple of (list of int, list of Analysis)
            Numbers in rising order, and their analyses.
        """
        most = limit if seed is None else -1
        with self._database.read() as connection:
            rows = connection.execute(
                _SAMPLE_IDS, (source, model_id, int(exclude_labelled_anomaly), most)
            ).fetchall()
            ids = sorted(row["image_id"] for row in rows)
            if seed is not None and len(ids) > limit:
                drawn = np.random.default_rng(seed).choice(len(ids), limit, replace=False)
                ids = [ids[place] for place in sorted(drawn.tolist())]
            found = {
                row["image_id"]: analysis_of(row)
                for row in connection.execute(_OF_IMAGES, (json.dumps(ids),))
            }
        return ids, [found[image_id] for image_id in ids]

    def count(self, source: str, model_id: str) -> int:
        """How many pictures of a source were measured.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder.

        Returns
        -------
        int
            From a kept counter.
        """
        with self._database.read() as connection:
            row = connection.execute(_COUNT, (source, model_id)).fetchone()
        return 0 if row is None else int(row["images"])

    def waiting_for_verdict(self, source: str, limit: int = 10_000) -> list[int]:
        """Measured images of a source that have no verdict yet.

        Parameters
        ----------
        source : str
            The source.
        limit : int
            Most numbers.

        Returns
        -------
        list of int
            Longest waiting first.
        """
        with self._database.read() as connection:
            return [row["id"] for row in connection.execute(_WAITING, (source, limit))]

    def waiting_sources(self) -> list[str]:
        """Sources that have measured images without a verdict.

        Returns
        -------
        list of str
            By name, from kept counters.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT source FROM state_counts WHERE state = 'analysed' AND images > 0 ORDER BY source"
            ).fetchall()
        return [row["source"] for row in rows]


def analysis_of(row: sqlite3.Row) -> Analysis:
    """Turn a row of ``analyses`` with its class names into the record.

    Parameters
    ----------
    row : sqlite3.Row
        All columns of ``analyses``, ``names``, and ``bands`` of the image.

    Returns
    -------
    Analysis
        The same, typed.
    """
    names = Morphology.number_names()
    numbers = np.frombuffer(row["morphology"], dtype="<f8").tolist()
    miniature = np.frombuffer(row["miniature"], dtype=np.uint8)
    side = isqrt(miniature.size)
    return Analysis(
        model_id=row["model_id"],
        embedding=np.frombuffer(row["embedding"], dtype="<f4").astype(np.float32),
        logits=np.frombuffer(row["logits"], dtype="<f4").astype(np.float32),
        class_names=tuple(json.loads(row["names"])),
        heads=json.loads(row["heads"]),
        morphology=Morphology(
            **dict(zip(names, numbers, strict=True)), flags=MorphologyFlag(row["morphology_flags"])
        ),
        pixels=np.frombuffer(row["pixels"], dtype="<f2").astype(np.float16),
        miniature=miniature.reshape(side, side),
        bands=",".join(json.loads(row["bands"])),
    )


def _put(
    connection: sqlite3.Connection, image_id: int, analysis: Analysis, measured: MeasuredFacts, now: str
) -> int | None:
    state = state_of(connection, image_id)
    if state in {ImageState.OFFERED, ImageState.DUPLICATE, ImageState.PARKED}:
        raise ValueError(f"image {image_id} is {state}; only a fetched one can be analysed")
    twin = store_facts(connection, image_id, measured)
    _insert(connection, image_id, analysis)
    if state is ImageState.FETCHED:
        advance(connection, image_id, ImageState.ANALYSED, now)
    return twin


def _insert(connection: sqlite3.Connection, image_id: int, analysis: Analysis) -> None:
    names = json.dumps(analysis.class_names)
    connection.execute("INSERT INTO class_sets (names) VALUES (?) ON CONFLICT DO NOTHING", (names,))
    connection.execute("DELETE FROM analyses WHERE image_id = ?", (image_id,))
    connection.execute(
        _INSERT,
        (
            image_id,
            image_id,
            analysis.model_id,
            names,
            analysis.embedding.astype("<f4").tobytes(),
            analysis.logits.astype("<f4").tobytes(),
            json.dumps(dict(analysis.heads)),
            np.asarray(analysis.morphology.numbers(), dtype="<f8").tobytes(),
            int(analysis.morphology.flags),
            analysis.pixels.astype("<f2").tobytes(),
            analysis.miniature.tobytes(),
        ),
    )
