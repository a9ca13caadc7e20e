"""What was decided about every picture, now and before, and the list of candidates."""

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.image import ImageState
from astrolens.store import announcements, candidates, detail
from astrolens.store.candidate_query import CandidateFilter
from astrolens.store.candidates import PageWish
from astrolens.store.database import Database
from astrolens.store.journey import advance, state_of

_MOST_REASONS = 3

_HISTORY = """
INSERT INTO verdict_history (image_id, decision, p_value, sigma, budget_per_1000, state_id, judged_at)
SELECT image_id, decision, p_value, sigma, budget_per_1000, state_id, judged_at
FROM verdicts WHERE image_id = ? AND (decision <> 'normal' OR ? <> 'normal')
"""
_PUT = """
INSERT OR REPLACE INTO verdicts (image_id, decision, p_value, sigma, extrapolated, scores, p_values, votes,
                                 budget_per_1000, state_id, in_calibration, judged_at, held_by, model_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        ifnull((SELECT model_id FROM analyses WHERE analyses.image_id = ?1), ''))
"""
_IDS_WITH = """
SELECT id FROM images WHERE decision IN (SELECT value FROM json_each(?)) AND source = ?
"""
_DECISIONS = "SELECT image_id, decision FROM verdicts WHERE image_id IN (SELECT value FROM json_each(?))"
_OTHERWISE = """
SELECT analysis.image_id FROM analyses AS analysis CROSS JOIN verdicts AS verdict USING (image_id)
WHERE analysis.source = ? AND analysis.model_id = ? AND analysis.image_id < ? AND verdict.state_id <> ?
ORDER BY analysis.image_id DESC LIMIT ?
"""
_SHOWN = """
UPDATE images SET found_at = CASE WHEN decision IS ? THEN found_at ELSE ? END,
       decision = ?, sigma = ?, oddness = ?, extrapolated = ?, why = ?
WHERE id = ?
"""


class VerdictTable:
    """Rows of ``verdicts``; storing one is the step from ANALYSED to JUDGED.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, image_id: int, verdict: Verdict) -> None:
        """Store a verdict; judging again replaces it, keeps the old one as history, moves no state back.

        A normal picture that stays normal leaves no history: a calibration judges thousands of them again. An anomaly
        that was never told is noted in ``announcements`` in the same transaction.

        Parameters
        ----------
        image_id : int
            A measured image, or one further on.
        verdict : Verdict
            Anything but CALIBRATING: such a picture simply stays ANALYSED.

        Raises
        ------
        ValueError
            If the image is unknown or was not measured, the verdict is CALIBRATING, or its p-value or sigma
            is not finite.
        """
        self.put_many(((image_id, verdict),))

    def put_many(self, items: Sequence[tuple[int, Verdict]]) -> None:
        """Store several verdicts in one transaction.

        Parameters
        ----------
        items : sequence of (int, Verdict)
            As for `put`.

        Raises
        ------
        ValueError
            As `put`; then none is stored.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> None:
            for image_id, verdict in items:
                _put(connection, image_id, verdict, now)

        self._database.write(_work)

    def get(self, image_id: int) -> Verdict | None:
        """The verdict that holds.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        Verdict or None
            None when it was not judged.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM verdicts WHERE image_id = ?", (image_id,)).fetchone()
        return None if row is None else verdict_of(row)

    def model_of(self, image_id: int) -> str:
        """The encoder that a verdict rests on.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        str
            "" when it was not judged, or nobody wrote that down.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT model_id FROM verdicts WHERE image_id = ?", (image_id,)
            ).fetchone()
        return "" if row is None else str(row["model_id"])

    def history(self, image_id: int) -> list[dict[str, Any]]:
        """Verdicts that were replaced.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        list of dict
            Oldest first: decision, p_value, sigma, budget_per_1000, state_id, judged_at.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT decision, p_value, sigma, budget_per_1000, state_id, judged_at"
                " FROM verdict_history WHERE image_id = ? ORDER BY id",
                (image_id,),
            ).fetchall()
        return [dict(row) for row in rows]

    def decisions(self, image_ids: Iterable[int]) -> dict[int, Decision]:
        """What holds for several images.

        Parameters
        ----------
        image_ids : iterable of int
            The images.

        Returns
        -------
        dict of int to Decision
            Without those that were not judged.
        """
        with self._database.read() as connection:
            rows = connection.execute(_DECISIONS, (json.dumps(list(image_ids)),)).fetchall()
        return {row["image_id"]: Decision(row["decision"]) for row in rows}

    def judged_otherwise(
        self, source: str, model_id: str, state_id: str, *, below: int, limit: int
    ) -> list[int]:
        """Images whose verdict is not of this calibration, though they were measured by its encoder.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder.
        state_id : str
            The calibration.
        below : int
            Only images with smaller numbers.
        limit : int
            Most images.

        Returns
        -------
        list of int
            Newest first.
        """
        values = (source, model_id, below, state_id, limit)
        with self._database.read() as connection:
            return [row["image_id"] for row in connection.execute(_OTHERWISE, values)]

    def ids_with(self, source: str, decisions: Iterable[Decision]) -> list[int]:
        """Images of a source that were decided so.

        Parameters
        ----------
        source : str
            The source.
        decisions : iterable of Decision
            Any of these.

        Returns
        -------
        list of int
            In rising order.
        """
        with self._database.read() as connection:
            rows = connection.execute(_IDS_WITH, (json.dumps(list(decisions)), source)).fetchall()
        return sorted(row["id"] for row in rows)

    def candidates(
        self,
        wanted: CandidateFilter | None = None,
        wish: PageWish | None = None,
    ) -> dict[str, Any]:
        """One page of the candidate list.

        Parameters
        ----------
        wanted : CandidateFilter, optional
            What to list; anomalies and near misses when not given.
        wish : PageWish, optional
            Which part of it; the first 100, oddest first, when not given.

        Returns
        -------
        dict
            As the wire's CandidatePage.

        Raises
        ------
        ValueError
            If the wish is wrong.
        Unavailable
            If reading takes too long.
        """
        with self._database.read() as connection:
            return candidates.page(connection, wanted or CandidateFilter(), wish or PageWish())

    def row(self, image_id: int) -> dict[str, Any] | None:
        """Everything about one image.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        dict or None
            The keys of the wire's ImageDetail; None when there is no such image.
        """
        with self._database.read() as connection:
            return detail.row(connection, image_id)

    def neighbours(self, found: Sequence[tuple[int, float]]) -> list[dict[str, Any]]:
        """Rows for images that a vector search found.

        Parameters
        ----------
        found : sequence of (int, float)
            Image and cosine, in the order wanted.

        Returns
        -------
        list of dict
            The keys of the wire's SimilarRow.
        """
        with self._database.read() as connection:
            return detail.neighbours(connection, found)


def verdict_of(row: sqlite3.Row) -> Verdict:
    """Turn a row of ``verdicts`` into the record.

    Parameters
    ----------
    row : sqlite3.Row
        All columns.

    Returns
    -------
    Verdict
        The same, typed; a score that was not finite reads NaN.
    """
    return Verdict(
        decision=Decision(row["decision"]),
        p_value=row["p_value"],
        sigma=row["sigma"],
        extrapolated=bool(row["extrapolated"]),
        scores=_numbers(row["scores"]),
        p_values=_numbers(row["p_values"]),
        votes=row["votes"],
        budget_per_1000=row["budget_per_1000"],
        state_id=row["state_id"],
        in_calibration=bool(row["in_calibration"]),
        held_by=row["held_by"],
    )


def _put(connection: sqlite3.Connection, image_id: int, verdict: Verdict, now: str) -> None:
    if verdict.decision is Decision.CALIBRATING:
        raise ValueError(f"image {image_id} is still calibrating; store its verdict when there is one")
    if not (math.isfinite(verdict.sigma) and math.isfinite(verdict.p_value)):
        raise ValueError(f"image {image_id}: sigma {verdict.sigma}, p {verdict.p_value}; both must be finite")
    state = state_of(connection, image_id)
    if state not in {ImageState.ANALYSED, ImageState.JUDGED, ImageState.DONE}:
        raise ValueError(f"image {image_id} is {state}; only an analysed one can be judged")
    connection.execute(_HISTORY, (image_id, verdict.decision))
    connection.execute(
        _PUT,
        (
            image_id,
            verdict.decision,
            verdict.p_value,
            verdict.sigma,
            int(verdict.extrapolated),
            _text(verdict.scores),
            _text(verdict.p_values),
            verdict.votes,
            verdict.budget_per_1000,
            verdict.state_id,
            int(verdict.in_calibration),
            now,
            verdict.held_by,
        ),
    )
    chosen = verdict.decision
    shown = (chosen, verdict.sigma, -verdict.p_value, int(verdict.extrapolated), _why(verdict))
    connection.execute(_SHOWN, (chosen, now, *shown, image_id))
    announcements.note(connection, image_id, chosen, now)
    if state is ImageState.ANALYSED:
        advance(connection, image_id, ImageState.JUDGED, now)


def _why(verdict: Verdict) -> str:
    finite = [(name, p) for name, p in verdict.p_values.items() if math.isfinite(p)]
    oddest = sorted(finite, key=lambda pair: (pair[1], pair[0]))[:_MOST_REASONS]
    return json.dumps([[name, 1.0 - p] for name, p in oddest])


def _text(numbers: Mapping[str, float]) -> str:
    finite = {name: float(value) if math.isfinite(value) else None for name, value in numbers.items()}
    return json.dumps(finite)


def _numbers(text: str) -> dict[str, float]:
    return {name: math.nan if value is None else value for name, value in json.loads(text).items()}
