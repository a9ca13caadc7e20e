"""Findings on their way to a person: noted with the verdict, told once, kept through a kill."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import Event, EventKind
from astrolens.domain.image import ImageState
from astrolens.store import events
from astrolens.store.database import Database
from astrolens.store.journey import advance

_NOTE = "INSERT INTO announcements (image_id, due_at) VALUES (?, ?) ON CONFLICT (image_id) DO NOTHING"
_FORGET = "DELETE FROM announcements WHERE image_id = ? AND event IS NULL"
_DUE = """
SELECT announcement.image_id FROM announcements AS announcement INDEXED BY announcements_due
CROSS JOIN images AS image ON image.id = announcement.image_id
WHERE announcement.due_at IS NOT NULL AND image.state = 'done'
  AND announcement.image_id NOT IN (SELECT value FROM json_each(?))
ORDER BY announcement.due_at, announcement.image_id LIMIT ?
"""
_STANDING = """
SELECT image.id, image.source, image.key, image.state, image.decision, image.sigma, image.catalogue,
       announcement.image_id IS NOT NULL AND announcement.event IS NULL AS open
FROM images AS image LEFT JOIN announcements AS announcement ON announcement.image_id = image.id
WHERE image.id = ?
"""
_TOLD = """
UPDATE announcements SET due_at = NULL
WHERE image_id IN (SELECT value FROM json_each(?)) AND event IS NOT NULL AND due_at IS NOT NULL
"""


class AnnouncementTable:
    """Rows of ``announcements``: every anomaly has one from its verdict on, and is told by it once.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def finish(self, image_ids: Iterable[int]) -> list[Event]:
        """Say that nothing is left to do with judged images, and write their events, in one transaction.

        A kill leaves all of it or nothing. The event ``finding`` is written for an anomaly that never had one,
        also when the image was done before; calling this twice writes nothing twice.

        Parameters
        ----------
        image_ids : iterable of int
            Judged images, or done ones whose finding is open.

        Returns
        -------
        list of Event
            Just stored, in order: for each image ``image_done`` if it was not done, then ``finding`` if it is one.

        Raises
        ------
        ValueError
            If one is unknown or not yet judged; then nothing is changed.
        """
        now = iso(utc_now())
        wanted = list(image_ids)

        def _work(connection: sqlite3.Connection) -> list[Event]:
            return [event for image_id in wanted for event in _finish(connection, image_id, now)]

        return self._database.write(_work)

    def due(self, limit: int = 256, *, exclude: Collection[int] = ()) -> list[int]:
        """Done images whose finding was not told: found by a new calibration, or cut short by a kill.

        Parameters
        ----------
        limit : int
            Most images.
        exclude : collection of int
            Images to leave out.

        Returns
        -------
        list of int
            Longest waiting first.
        """
        with self._database.read() as connection:
            rows = connection.execute(_DUE, (json.dumps(list(exclude)), limit)).fetchall()
        return [row["image_id"] for row in rows]

    def told(self, image_ids: Iterable[int]) -> None:
        """Say that a person was told, or that the rules keep it from them.

        Parameters
        ----------
        image_ids : iterable of int
            Images whose event is written; others are left alone.
        """
        self._database.execute(_TOLD, (json.dumps(list(image_ids)),))


def note(connection: sqlite3.Connection, image_id: int, decision: Decision, now: str) -> None:
    """Keep up with a verdict, inside its transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        The image.
    decision : Decision
        What holds from now on. An anomaly is noted unless it was told before; what is no anomaly any more, and was not
        yet told, is forgotten.
    now : str
        ISO 8601 UTC.
    """
    if decision is Decision.ANOMALY:
        connection.execute(_NOTE, (image_id, now))
    else:
        connection.execute(_FORGET, (image_id,))


def _finish(connection: sqlite3.Connection, image_id: int, now: str) -> list[Event]:
    row = connection.execute(_STANDING, (image_id,)).fetchone()
    if row is None:
        raise ValueError(f"there is no image {image_id}")
    if row["state"] not in (ImageState.JUDGED, ImageState.DONE):
        raise ValueError(f"image {image_id} is {row['state']}; only a judged one can be done")
    facts = {"source": row["source"], "decision": row["decision"] or Decision.NORMAL.value}
    written: list[Event] = []
    if row["state"] == ImageState.JUDGED:
        advance(connection, image_id, ImageState.DONE, now)
        written.append(_write(connection, EventKind.IMAGE_DONE, image_id, facts, now))
    if row["open"]:
        more = {"sigma": row["sigma"], "catalogue": row["catalogue"], "key": row["key"]}
        found = _write(connection, EventKind.FINDING, image_id, facts | more, now)
        connection.execute(
            "UPDATE announcements SET event = ? WHERE image_id = ?", (found.sequence, image_id)
        )
        written.append(found)
    return written


def _write(
    connection: sqlite3.Connection, kind: EventKind, image_id: int, payload: dict[str, object], now: str
) -> Event:
    event = Event(kind=kind, at=now, image_id=image_id, payload=payload)
    return replace(event, sequence=events.insert(connection, event))
