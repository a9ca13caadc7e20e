"""What one person has not judged yet, what everybody said, and counts of both."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from astrolens.domain.detection import Decision
from astrolens.domain.review import Label
from astrolens.store.candidates import candidate_row
from astrolens.store.database import Database
from astrolens.store.labels import label_of

_NOT_MINE = """
NOT EXISTS (SELECT 1 FROM labels WHERE image_id = images.id AND reviewer = :reviewer AND withdrawn_at IS NULL)
"""
SAMPLE_KEY = "sample/"  # state of a source: {"model_id", "looks", "ids"}, what its calibration was made of, the oddest first
_COLUMNS = "SELECT images.* FROM images"
_ODDEST = (
    f"{_COLUMNS} INDEXED BY images_by_sigma WHERE decision = :decision AND {_NOT_MINE}"
    " ORDER BY sigma DESC, oddness DESC, id DESC LIMIT :limit"
)
_AMONG = (
    f"{_COLUMNS} WHERE id IN (SELECT value FROM json_each(:ids)) AND decision IN ('anomaly', 'near_miss', 'normal')"  # noqa: S608
    f" AND {_NOT_MINE}"
)
# A name after "sample/" comes before "sample0": a range of the key, not a walk through all values.
_OF_SAMPLES = """
WITH asked AS (
    SELECT CAST(member.value AS INTEGER) AS id, min(member.key) AS place
    FROM state, json_each(state.value, '$.ids') AS member
    WHERE state.name > 'sample/' AND state.name < 'sample0' AND member.key < json_extract(state.value, '$.looks')
    GROUP BY member.value
)
SELECT images.* FROM asked CROSS JOIN images ON images.id = asked.id
WHERE images.label IS NULL AND decision IN ('anomaly', 'near_miss', 'normal')
ORDER BY asked.place, images.id DESC LIMIT :limit
"""
_SAMPLE_SAID = """
SELECT ifnull(sum(images.label IN ('anomaly', 'artefact')), 0) AS odd,
       ifnull(sum(images.label IS NULL AND member.key < json_extract(state.value, '$.looks')), 0) AS unseen,
       ifnull(max(json_extract(state.value, '$.looks')), 0) AS looks
FROM state, json_each(state.value, '$.ids') AS member CROSS JOIN images ON images.id = member.value
WHERE state.name = :name AND json_extract(state.value, '$.model_id') = :model_id
"""
# One word of each person: the newest that holds. Who is unsure contradicts nobody.
_DISPUTED = """
WITH newest AS (
    SELECT image_id, reviewer, value, max(id) AS id FROM labels WHERE withdrawn_at IS NULL
    GROUP BY image_id, reviewer
), disputed AS (
    SELECT image_id, max(id) AS id FROM newest WHERE value <> 'unsure'
    GROUP BY image_id HAVING count(DISTINCT value) > 1
)
"""
_DISPUTED_ROWS = (
    f"{_DISPUTED} SELECT images.* FROM disputed JOIN images ON images.id = disputed.image_id"  # noqa: S608
    " ORDER BY disputed.id DESC LIMIT :limit"
)
_REVIEWERS = (
    f"{_DISPUTED} SELECT reviewer, sum(withdrawn_at IS NULL) AS labels, sum(withdrawn_at IS NOT NULL) AS withdrawn,"  # noqa: S608
    " max(made_at) AS last_at, count(DISTINCT CASE WHEN withdrawn_at IS NULL AND image_id IN"
    " (SELECT image_id FROM disputed) THEN image_id END) AS disputed"
    " FROM labels GROUP BY reviewer ORDER BY labels DESC, reviewer"
)
_COUNTS = """
SELECT ifnull(sum(withdrawn_at IS NULL), 0) AS labels, ifnull(sum(withdrawn_at IS NOT NULL), 0) AS withdrawn,
       ifnull(sum(withdrawn_at IS NULL AND made_at >= :since), 0) AS since
FROM labels WHERE reviewer = :reviewer
"""
_WAITING = """
SELECT (SELECT ifnull(sum(images), 0) FROM tallies WHERE decision IN ('anomaly', 'near_miss'))
     - (SELECT count(DISTINCT image_id) FROM labels JOIN images ON images.id = image_id
        WHERE labels.reviewer = :reviewer AND withdrawn_at IS NULL AND decision IN ('anomaly', 'near_miss'))
"""
_SLICE = """
SELECT id, decision FROM images
WHERE id IN (SELECT value FROM json_each(:ids)) AND decision IN ('anomaly', 'near_miss', 'normal')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSaid:
    """What people said about the pictures that a calibration was made of.

    Attributes
    ----------
    odd : int
        Members that are called an anomaly or an artefact now.
    unseen : int
        Of the oddest members that people are asked about, how many nobody has labelled.
    looks : int
        How many people are asked about; 0: none.
    """

    odd: int
    unseen: int
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerCounts:
    """What one person has done.

    Attributes
    ----------
    reviewer : str
        The name.
    labels, withdrawn : int
        Words that hold, and words that were taken back.
    since : int
        Of those that hold, how many are not older than a given time.
    disputed : int
        Pictures labelled by this person on which people do not agree.
    last_at : str
        ISO 8601 UTC of the newest word; "" for none.
    """

    reviewer: str
    labels: int
    withdrawn: int
    since: int = 0
    disputed: int = 0
    last_at: str = ""


class ReviewTable:
    """Questions of a review; it writes nothing.

    Parameters
    ----------
    database : Database
        Where pictures and labels are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def oddest(self, reviewer: str, decision: Decision, limit: int) -> list[dict[str, Any]]:
        """Pictures of one decision that this person has not judged.

        Parameters
        ----------
        reviewer : str
            The person.
        decision : Decision
            Only these.
        limit : int
            Most rows.

        Returns
        -------
        list of dict
            Rows of the candidate list, oddest first.
        """
        return self._rows(_ODDEST, {"reviewer": reviewer, "decision": decision.value, "limit": limit})

    def among(self, reviewer: str, image_ids: Sequence[int]) -> list[dict[str, Any]]:
        """Those of some numbers that are judged by the detectors and not by this person.

        Parameters
        ----------
        reviewer : str
            The person.
        image_ids : sequence of int
            Numbers; some may not exist.

        Returns
        -------
        list of dict
            Rows of the candidate list, in the order of the numbers.
        """
        rows = self._rows(_AMONG, {"reviewer": reviewer, "ids": json.dumps(list(image_ids))})
        place = {number: order for order, number in enumerate(image_ids)}
        return sorted(rows, key=lambda row: place[row["id"]])

    def of_samples(self, limit: int) -> list[dict[str, Any]]:
        """The oddest pictures that calibrations in force were made of and that nobody has labelled.

        Parameters
        ----------
        limit : int
            Most rows.

        Returns
        -------
        list of dict
            Rows of the candidate list, the oddest of each source first, whatever their verdict.
        """
        return self._rows(_OF_SAMPLES, {"limit": limit})

    def sample_said(self, source: str, model_id: str) -> SampleSaid:
        """What people said about the sample of a source.

        Parameters
        ----------
        source : str
            Which one.
        model_id : str
            The encoder; the sample of another one counts nothing.

        Returns
        -------
        SampleSaid
            Zeros where no sample is known.
        """
        values = {"name": SAMPLE_KEY + source, "model_id": model_id}
        with self._database.read() as connection:
            row = connection.execute(_SAMPLE_SAID, values).fetchone()
        return SampleSaid(odd=row["odd"], unseen=row["unseen"], looks=row["looks"])

    def disputed(self, limit: int) -> list[dict[str, Any]]:
        """Pictures on which people do not agree.

        Parameters
        ----------
        limit : int
            Most rows.

        Returns
        -------
        list of dict
            Rows of the candidate list, the newest word first.
        """
        return self._rows(_DISPUTED_ROWS, {"limit": limit})

    def highest_id(self) -> int:
        """Number of the newest picture.

        Returns
        -------
        int
            0 when there is none.
        """
        with self._database.read() as connection:
            return int(connection.execute("SELECT ifnull(max(id), 0) FROM images").fetchone()[0])

    def waiting(self, reviewer: str) -> int:
        """Anomalies and near misses that this person has not judged.

        Parameters
        ----------
        reviewer : str
            The person.

        Returns
        -------
        int
            0 or more.
        """
        with self._database.read() as connection:
            return int(connection.execute(_WAITING, {"reviewer": reviewer}).fetchone()[0])

    def counts(self, reviewer: str, since: str) -> ReviewerCounts:
        """What one person has done.

        Parameters
        ----------
        reviewer : str
            The person.
        since : str
            ISO 8601 UTC.

        Returns
        -------
        ReviewerCounts
            Without ``disputed`` and ``last_at``.
        """
        with self._database.read() as connection:
            row = connection.execute(_COUNTS, {"reviewer": reviewer, "since": since}).fetchone()
        return ReviewerCounts(
            reviewer=reviewer, labels=row["labels"], withdrawn=row["withdrawn"], since=row["since"]
        )

    def reviewers(self) -> list[ReviewerCounts]:
        """Everybody who ever labelled.

        Returns
        -------
        list of ReviewerCounts
            Most labels first.
        """
        with self._database.read() as connection:
            rows = connection.execute(_REVIEWERS).fetchall()
        return [ReviewerCounts(**dict(row)) for row in rows]

    def decisions_and_labels(self, image_ids: Sequence[int]) -> tuple[dict[int, Decision], list[Label]]:
        """What detectors and people say of some pictures.

        Parameters
        ----------
        image_ids : sequence of int
            Numbers; some may not exist.

        Returns
        -------
        dict of int to Decision
            Of those that have a verdict.
        list of Label
            That hold, oldest first.
        """
        numbers = json.dumps(list(image_ids))
        with self._database.read() as connection:
            decisions = {
                row["id"]: Decision(row["decision"]) for row in connection.execute(_SLICE, {"ids": numbers})
            }
            labels = connection.execute(
                "SELECT * FROM labels WHERE image_id IN (SELECT value FROM json_each(?))"
                " AND withdrawn_at IS NULL ORDER BY id",
                (numbers,),
            ).fetchall()
        return decisions, [label_of(row) for row in labels]

    def _rows(self, query: str, values: dict[str, object]) -> list[dict[str, Any]]:
        with self._database.read() as connection:
            found: list[sqlite3.Row] = connection.execute(query, values).fetchall()
        return [candidate_row(row) for row in found]
