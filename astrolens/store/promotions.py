"""Which encoder is in use since when, and the comparisons that this rests on."""

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import Unavailable
from astrolens.domain.event import Event, EventKind
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind
from astrolens.store import events
from astrolens.store import state as named
from astrolens.store.database import Database, connect
from astrolens.store.detail import MODEL_IN_USE

MODEL_NAMED = "model_in_use_named"
_TRIES = "model_in_use_tries"
_ADD = """
INSERT INTO promotions (made_at, kind, model, model_id, former, former_id, configured, said_by, reason, comparison)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_COMPARISON = """
INSERT INTO comparisons (model, model_id, former, former_id, odd, normals, auroc, former_auroc, low, high, outcome,
                         made_at, pictures)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEWEST_FIRST = "SELECT * FROM promotions ORDER BY id DESC LIMIT ?"
_COMPARISON = "SELECT * FROM comparisons WHERE id = ?"
_OF_PAIR = "SELECT * FROM comparisons WHERE former_id = ? AND model_id = ? ORDER BY id DESC LIMIT 1"
_WITH_FORMER = """
SELECT * FROM comparisons WHERE id IN (SELECT max(id) FROM comparisons WHERE former_id = ? GROUP BY model_id)
ORDER BY id DESC
"""
_TOLD_AS = {
    PromotionKind.PROMOTED: EventKind.MODEL_PROMOTED,
    PromotionKind.ROLLED_BACK: EventKind.MODEL_ROLLED_BACK,
}


class PromotionTable:
    """Rows of ``promotions`` and ``comparisons``; both are only ever added to.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, promotion: Promotion) -> tuple[Promotion, list[Event]]:
        """Put another encoder to use, and say so, in one transaction; a power cut cannot take it back.

        Parameters
        ----------
        promotion : Promotion
            Without a number.

        Returns
        -------
        promotion : Promotion
            With its number.
        told : list of Event
            Stored; to be published. None for a change of the configuration.
        """
        return self._database.write(lambda connection: _add(connection, promotion), full=True)

    def newest(self) -> Promotion | None:
        """The last change.

        Returns
        -------
        Promotion or None
            None when there never was one.
        """
        found = self.recent(1)
        return found[0] if found else None

    def recent(self, limit: int) -> list[Promotion]:
        """The last changes.

        Parameters
        ----------
        limit : int
            Most of them; -1 for all.

        Returns
        -------
        list of Promotion
            Newest first.
        """
        with self._database.read() as connection:
            rows = connection.execute(_NEWEST_FIRST, (limit,)).fetchall()
            return [_promotion_of(connection, row) for row in rows]

    def add_comparison(self, comparison: Comparison) -> tuple[Comparison, list[Event]]:
        """Keep the outcome of a paired test, and say so, in one transaction.

        Parameters
        ----------
        comparison : Comparison
            Without a number.

        Returns
        -------
        comparison : Comparison
            With its number.
        told : list of Event
            Stored; to be published.
        """

        def _work(connection: sqlite3.Connection) -> tuple[Comparison, list[Event]]:
            one = comparison
            values = (
                one.model, one.model_id, one.former, one.former_id, one.odd, one.normals, one.auroc,
                one.former_auroc, one.low, one.high, one.outcome.value, one.at, one.pictures,
            )  # fmt: skip
            stored = replace(one, number=connection.execute(_ADD_COMPARISON, values).lastrowid or 0)
            return stored, [_told(connection, EventKind.MODEL_COMPARED, one.at, stored.facts())]

        return self._database.write(_work)

    def comparison(self, model_id: str, former_id: str) -> Comparison | None:
        """The newest comparison of exactly these two.

        Parameters
        ----------
        model_id : str
            The one that might be promoted.
        former_id : str
            The one in use.

        Returns
        -------
        Comparison or None
            None when they were never compared.
        """
        with self._database.read() as connection:
            row = connection.execute(_OF_PAIR, (former_id, model_id)).fetchone()
        return None if row is None else _comparison_of(row)

    def comparisons_with(self, former_id: str) -> list[Comparison]:
        """The newest comparison of each encoder with this one.

        Parameters
        ----------
        former_id : str
            The one in use.

        Returns
        -------
        list of Comparison
            Newest first.
        """
        with self._database.read() as connection:
            return [_comparison_of(row) for row in connection.execute(_WITH_FORMER, (former_id,))]

    def begin(self, number: int) -> int:
        """Count a try to take up the encoder of a change, so that one that kills the process is noticed.

        Parameters
        ----------
        number : int
            Of the change.

        Returns
        -------
        int
            Earlier tries in a row that ended in neither success nor an error.
        """

        def _work(connection: sqlite3.Connection) -> int:
            kept = named.read_value(connection, _TRIES, {})
            tries = int(kept.get("tries", 0)) if kept.get("number") == number else 0
            named.put_value(connection, _TRIES, {"number": number, "tries": tries + 1}, iso(utc_now()))
            return tries

        return self._database.write(_work)

    def taken_up(self, model: str, model_id: str, changed: Promotion | None = None) -> None:
        """Say which encoder runs now, in one transaction with the change of the configuration that led to it.

        Parameters
        ----------
        model, model_id : str
            As it is named, and the name of its numbers.
        changed : Promotion, optional
            Of kind configured, without a number.
        """

        def _work(connection: sqlite3.Connection) -> None:
            now = iso(utc_now())
            if changed is not None:
                _add(connection, changed)
            named.put_value(connection, MODEL_IN_USE, model_id, now)
            named.put_value(connection, MODEL_NAMED, model, now)
            named.put_value(connection, _TRIES, {}, now)

        self._database.write(_work)


def look_at(file: Path) -> tuple[Promotion | None, str]:
    """The newest change in a database that somebody else may be working on; it is neither made nor brought up to date.

    Parameters
    ----------
    file : Path
        The SQLite file; it may be missing, or older than changes of the encoder are.

    Returns
    -------
    newest : Promotion or None
        None when there never was one.
    taken_up : str
        Name of the encoder that was taken up last; "" when none ever was.

    Raises
    ------
    Unavailable
        If it cannot be read now, or is damaged.
    """
    try:
        if not file.is_file():
            return None, ""
        with contextlib.closing(connect(file, readonly=True)) as connection:
            tables = {
                str(row[0])
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if "promotions" not in tables:
                return None, ""
            row = connection.execute(_NEWEST_FIRST, (1,)).fetchone()
            newest = None if row is None else _promotion_of(connection, row)
            return newest, str(named.read_value(connection, MODEL_NAMED, ""))
    except (OSError, sqlite3.Error, ValueError, IndexError) as error:  # the last two: of a newer AstroLens
        raise Unavailable(f"{file} does not say which encoder is in use: {error}") from error


def _add(connection: sqlite3.Connection, promotion: Promotion) -> tuple[Promotion, list[Event]]:
    one = promotion
    rests_on = None if one.comparison is None else one.comparison.number
    values = (
        one.at, one.kind.value, one.model, one.model_id, one.former, one.former_id, one.configured, one.by, one.reason,
        rests_on,
    )  # fmt: skip
    stored = replace(one, number=connection.execute(_ADD, values).lastrowid or 0)
    if one.kind not in _TOLD_AS:
        return stored, []
    facts = {name: value for name, value in stored.facts().items() if name not in ("at", "comparison")}
    return stored, [_told(connection, _TOLD_AS[one.kind], one.at, facts | {"words": stored.words()})]


def _told(connection: sqlite3.Connection, kind: EventKind, at: str, payload: dict[str, object]) -> Event:
    event = Event(kind=kind, at=at, payload=payload)
    return replace(event, sequence=events.insert(connection, event))


def _promotion_of(connection: sqlite3.Connection, row: sqlite3.Row) -> Promotion:
    rests_on = connection.execute(_COMPARISON, (row["comparison"],)).fetchone()
    return Promotion(
        kind=PromotionKind(row["kind"]),
        model=row["model"],
        model_id=row["model_id"],
        former=row["former"],
        former_id=row["former_id"],
        configured=row["configured"],
        by=row["said_by"],
        reason=row["reason"],
        at=row["made_at"],
        comparison=None if rests_on is None else _comparison_of(rests_on),
        number=row["id"],
    )


def _comparison_of(row: sqlite3.Row) -> Comparison:
    return Comparison(
        model=row["model"],
        model_id=row["model_id"],
        former=row["former"],
        former_id=row["former_id"],
        odd=row["odd"],
        normals=row["normals"],
        auroc=row["auroc"],
        former_auroc=row["former_auroc"],
        low=row["low"],
        high=row["high"],
        outcome=Outcome(row["outcome"]),
        at=row["made_at"],
        pictures=row["pictures"],
        number=row["id"],
    )
