"""What the catalogues answered, what that means together, and a cache of answers by sky cell."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.finding import (
    CatalogAnswer,
    CatalogMatch,
    CatalogOutcome,
    CatalogState,
    overall_state,
)
from astrolens.domain.sky import SkyPosition
from astrolens.store.database import Database

# A catalogue that once answered is not forgotten because it fails to answer a second time.
_PUT = """
INSERT INTO catalog_answers (image_id, catalogue, outcome, reason, radius_arcsec, asked_at, matches)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (image_id, catalogue) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
    radius_arcsec = excluded.radius_arcsec, asked_at = excluded.asked_at, matches = excluded.matches
WHERE excluded.outcome <> 'not_answered' OR catalog_answers.outcome = 'not_answered'
"""
_SUMMARY = """
SELECT catalogue, sum(images) AS n FROM tallies WHERE decision IN ('anomaly', 'near_miss') GROUP BY catalogue
"""
_UNANSWERED = """
SELECT id FROM images WHERE decision IN ('anomaly', 'near_miss') AND catalogue = ?
  AND state IN ('judged', 'done')
ORDER BY asked_at, id LIMIT ?
"""
_CACHE_GET = "SELECT answer FROM catalog_cache WHERE catalogue = ? AND cell = ?"
_CACHE_PUT = """
INSERT OR REPLACE INTO catalog_cache (catalogue, cell, stored_at, answer) VALUES (?, ?, ?, ?)
"""


class CrossrefTable:
    """Rows of ``catalog_answers`` and ``catalog_cache``; the overall state is kept with the image.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, image_id: int, answers: Iterable[CatalogAnswer], *, required: Iterable[str]
    ) -> CatalogState:
        """Store what catalogues answered about one image.

        Parameters
        ----------
        image_id : int
            The image.
        answers : iterable of CatalogAnswer
            One for each catalogue that was asked; none when the image has no position.
        required : iterable of str
            Catalogues that must all have answered before anything may be called unknown.

        Returns
        -------
        CatalogState
            What all answers on record say together. An earlier answer outlives a later failure to answer.

        Raises
        ------
        ValueError
            If there is no such image.
        """
        new = tuple(answers)
        must = tuple(required)
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> CatalogState:
            image = connection.execute("SELECT ra_deg FROM images WHERE id = ?", (image_id,)).fetchone()
            if image is None:
                raise ValueError(f"there is no image {image_id}; its answers cannot be stored")
            connection.executemany(_PUT, [_answer_values(image_id, answer) for answer in new])
            held = _answers(connection, image_id)
            state = overall_state(held, must, image["ra_deg"] is not None)
            connection.execute(
                "UPDATE images SET catalogue = ?, catalogue_words = ?, asked_at = ? WHERE id = ?",
                (state, words(state, held, must), now, image_id),
            )
            return state

        return self._database.write(_work)

    def get(self, image_id: int) -> tuple[CatalogAnswer, ...]:
        """What is on record about one image.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        tuple of CatalogAnswer
            One for each catalogue that was asked, by name.
        """
        with self._database.read() as connection:
            return _answers(connection, image_id)

    def summary(self) -> dict[CatalogState, int]:
        """How anomalies and near misses stand with the catalogues.

        Returns
        -------
        dict of CatalogState to int
            Every state, from kept counters.
        """
        with self._database.read() as connection:
            found = {row["catalogue"]: row["n"] for row in connection.execute(_SUMMARY)}
        return {state: found.get(state.value, 0) for state in CatalogState}

    def unanswered(self, limit: int) -> list[int]:
        """Anomalies and near misses whose question is open.

        Parameters
        ----------
        limit : int
            Most images.

        Returns
        -------
        list of int
            Never asked ones first, then those asked longest ago.
        """
        found: list[int] = []
        with self._database.read() as connection:
            for state in (CatalogState.NOT_ASKED, CatalogState.NOT_ANSWERED):
                rows = connection.execute(_UNANSWERED, (state, limit - len(found)))
                found += [row["id"] for row in rows]
        return found

    def cache_get_many(self, catalogue: str, cell_keys: Iterable[str]) -> dict[str, CatalogAnswer]:
        """Answers given before for these cells of the sky.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        cell_keys : iterable of str
            The asker's names for position, radius and time.

        Returns
        -------
        dict of str to CatalogAnswer
            Those on record; ``asked_at`` tells their age.
        """
        found: dict[str, CatalogAnswer] = {}
        with self._database.read() as connection:
            for cell in cell_keys:
                row = connection.execute(_CACHE_GET, (catalogue, cell)).fetchone()
                if row is not None:
                    found[cell] = answer_of(json.loads(row["answer"]))
        return found

    def cache_put_many(self, catalogue: str, answers: Iterable[tuple[str, CatalogAnswer]]) -> None:
        """Remember answers for cells of the sky, all or none.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        answers : iterable of (str, CatalogAnswer)
            The asker's name for position, radius and time, and the answer; it replaces the one before. What
            was not answered is refused.

        Raises
        ------
        ValueError
            For an answer that is none.
        """
        now = iso(utc_now())
        rows = []
        for cell, answer in answers:
            if answer.outcome is CatalogOutcome.NOT_ANSWERED:
                raise ValueError(f"{catalogue} did not answer about {cell}; that is no answer to remember")
            rows.append((catalogue, cell, now, json.dumps(asdict(answer))))

        def _work(connection: sqlite3.Connection) -> None:
            connection.executemany(_CACHE_PUT, rows)

        self._database.write(_work)

    def cache_prune(self, before: str) -> int:
        """Forget old answers of the cache.

        Parameters
        ----------
        before : str
            ISO 8601 UTC; what was stored earlier goes.

        Returns
        -------
        int
            How many were forgotten.
        """
        return self._database.execute("DELETE FROM catalog_cache WHERE stored_at < ?", (before,))


def answer_of(values: dict[str, Any]) -> CatalogAnswer:
    """Turn parsed JSON back into an answer.

    Parameters
    ----------
    values : dict
        As ``dataclasses.asdict`` of a CatalogAnswer.

    Returns
    -------
    CatalogAnswer
        The same, typed.
    """
    matches = tuple(
        CatalogMatch(**{**match, "position": SkyPosition(**match["position"])}) for match in values["matches"]
    )
    return CatalogAnswer(**{**values, "outcome": CatalogOutcome(values["outcome"]), "matches": matches})


def words(state: CatalogState, answers: Iterable[CatalogAnswer], required: Iterable[str]) -> str:
    """Say in a few words what the catalogues say.

    Parameters
    ----------
    state : CatalogState
        What they say together.
    answers : iterable of CatalogAnswer
        What each said.
    required : iterable of str
        Who must have answered.

    Returns
    -------
    str
        For example ``NGC 5216, 1.2"`` or ``not answered: simbad``.
    """
    held = tuple(answers)
    if state is CatalogState.KNOWN:
        matches = [match for answer in held for match in answer.matches]
        matches = [match for match in matches if match.explains] or matches
        if not matches:
            return "known"
        best = min(matches, key=lambda match: match.chance_probability)
        return f'{best.name}, {best.separation_arcsec:.1f}"'
    answered = {answer.catalogue for answer in held if answer.outcome is not CatalogOutcome.NOT_ANSWERED}
    if state is CatalogState.UNKNOWN:
        return f"unknown ({len(answered)} of {len(held)})"
    if state is CatalogState.NOT_ANSWERED:
        silent = [name for name in required if name not in answered]
        return f"not answered: {', '.join(silent)}"
    return "no position" if state is CatalogState.NO_POSITION else ""


def _answer_values(image_id: int, answer: CatalogAnswer) -> tuple[object, ...]:
    return (
        image_id,
        answer.catalogue,
        answer.outcome,
        answer.reason,
        answer.radius_arcsec,
        answer.asked_at,
        json.dumps([asdict(match) for match in answer.matches]),
    )


def _answers(connection: sqlite3.Connection, image_id: int) -> tuple[CatalogAnswer, ...]:
    rows = connection.execute(
        "SELECT catalogue, outcome, reason, radius_arcsec, asked_at, matches FROM catalog_answers"
        " WHERE image_id = ? ORDER BY catalogue",
        (image_id,),
    ).fetchall()
    return tuple(answer_of({**dict(row), "matches": json.loads(row["matches"])}) for row in rows)
