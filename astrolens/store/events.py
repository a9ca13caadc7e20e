"""The event log that streams and the terminal read from a cursor."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.store import state as named
from astrolens.store.database import Database

_ADD = "INSERT INTO events (kind, at, image_id, payload) VALUES (?, ?, ?, ?)"
_BEFORE = """
SELECT * FROM events WHERE sequence < ? AND (? OR kind IN (SELECT value FROM json_each(?)))
ORDER BY sequence DESC LIMIT ?
"""


class EventTable:
    """Rows of ``events``; numbers only grow, also after old ones are pruned.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: Event) -> Event:
        """Store one event.

        Parameters
        ----------
        event : Event
            Without a number.

        Returns
        -------
        Event
            With its number.
        """
        return self.add_many((event,))[0]

    def add_many(
        self, events: Sequence[Event], state_name: str | None = None, state: object = None
    ) -> list[Event]:
        """Store several events in one transaction.

        Parameters
        ----------
        events : sequence of Event
            Without numbers.
        state_name : str, optional
            Name of a value in `StateTable` to put in the same transaction, so that a kill tells nothing twice.
        state : object
            That value.

        Returns
        -------
        list of Event
            With their numbers, rising.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> list[Event]:
            if state_name is not None:
                named.put_value(connection, state_name, state, now)
            return [replace(event, sequence=insert(connection, event)) for event in events]

        return self._database.write(_work)

    def after(self, sequence: int, limit: int = 1000) -> list[Event]:
        """Events that came later.

        Parameters
        ----------
        sequence : int
            Number of the last event already seen; 0 for all that are kept.
        limit : int
            Most events.

        Returns
        -------
        list of Event
            Oldest first.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, limit)
            ).fetchall()
        return [_event_of(row) for row in rows]

    def before(self, sequence: int | None, kinds: Sequence[EventKind] = (), limit: int = 200) -> list[Event]:
        """Events that came earlier.

        Parameters
        ----------
        sequence : int or None
            Number of the oldest event already seen; None begins with the newest.
        kinds : sequence of EventKind
            Only these; all when empty.
        limit : int
            Most events.

        Returns
        -------
        list of Event
            Oldest first.
        """
        named = [kind.value for kind in kinds]
        wanted = (2**62 if sequence is None else sequence, not named, json.dumps(named), limit)
        with self._database.read() as connection:
            rows = connection.execute(_BEFORE, wanted).fetchall()
        return [_event_of(row) for row in reversed(rows)]

    def last(self) -> int:
        """Number of the newest event.

        Returns
        -------
        int
            0 when none was ever stored; never smaller than before.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return 0 if row is None else int(row["seq"])

    def prune(self, keep: int) -> int:
        """Remove old events.

        Parameters
        ----------
        keep : int
            How many of the newest stay.

        Returns
        -------
        int
            How many were removed.
        """
        return self._database.execute(
            "DELETE FROM events WHERE sequence <= (SELECT max(sequence) FROM events) - ?", (keep,)
        )


def insert(connection: sqlite3.Connection, event: Event) -> int:
    """Store one event inside a transaction that also does something else.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    event : Event
        Without a number.

    Returns
    -------
    int
        Its number.
    """
    values = (event.kind, event.at, event.image_id, json.dumps(dict(event.payload)))
    return connection.execute(_ADD, values).lastrowid or 0


def _event_of(row: sqlite3.Row) -> Event:
    return Event(
        kind=EventKind(row["kind"]),
        at=row["at"],
        image_id=row["image_id"],
        payload=json.loads(row["payload"]),
        sequence=row["sequence"],
    )
