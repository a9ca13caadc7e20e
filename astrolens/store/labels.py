"""What people said: append-only, checksummed, on the disk before anyone is told it is saved."""

import hashlib
import json
import sqlite3
from dataclasses import asdict
from typing import Any

from astrolens.domain.review import AskedBecause, Label, LabelValue
from astrolens.store.database import Database
from astrolens.store.journey import state_of

_ADD = """
INSERT INTO labels (image_id, value, reviewer, made_at, interest, note, asked_because, checksum)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (image_id, reviewer, made_at, value) DO NOTHING
"""
_SAME = "SELECT * FROM labels WHERE image_id = ? AND reviewer = ? AND made_at = ? AND value = ?"
_SHOWN = """
UPDATE images SET (label, reviewer, interest) = (
    SELECT value, reviewer, interest FROM (
        SELECT value, reviewer, interest, id FROM labels WHERE image_id = ?1 AND withdrawn_at IS NULL
        UNION ALL SELECT NULL, NULL, NULL, 0 ORDER BY id DESC LIMIT 1))
WHERE id = ?1
"""


class LabelTable:
    """Rows of ``labels``; triggers refuse every change but a withdrawal, and every deletion.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, label: Label) -> Label:
        """Store a label; a power cut cannot take it back once this returns.

        Parameters
        ----------
        label : Label
            Without a number. The very same label sent twice is stored once.

        Returns
        -------
        Label
            With its number.

        Raises
        ------
        ValueError
            If there is no such image.
        """
        return self._database.write(lambda connection: insert(connection, label), full=True)

    def withdraw(self, label_id: int, at: str) -> Label:
        """Undo a label; it stays on record.

        Parameters
        ----------
        label_id : int
            Its number; a second withdrawal changes nothing.
        at : str
            ISO 8601 UTC.

        Returns
        -------
        Label
            Withdrawn.

        Raises
        ------
        ValueError
            If there is no such label.
        """

        return self._database.write(lambda connection: take_back(connection, label_id, at), full=True)

    def of_image(self, image_id: int) -> list[Label]:
        """Every label of one image.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        list of Label
            Newest first, withdrawn ones too.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM labels WHERE image_id = ? ORDER BY id DESC", (image_id,)
            ).fetchall()
        return [label_of(row) for row in rows]

    def newest(self, image_ids: list[int]) -> dict[int, Label]:
        """The label that holds, for several images.

        Parameters
        ----------
        image_ids : list of int
            The images.

        Returns
        -------
        dict of int to Label
            Newest that was not withdrawn; without images that have none.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM labels WHERE image_id IN (SELECT value FROM json_each(?))"
                " AND withdrawn_at IS NULL ORDER BY id",
                (json.dumps(image_ids),),
            ).fetchall()
        return {row["image_id"]: label_of(row) for row in rows}

    def count(self) -> int:
        """How many labels hold.

        Returns
        -------
        int
            Without withdrawn ones.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT count(*) AS n FROM labels WHERE withdrawn_at IS NULL").fetchone()
        return int(row["n"])

    def verify(self) -> list[int]:
        """Compare every label with its checksum.

        Returns
        -------
        list of int
            Numbers of labels that are not what was written.
        """
        with self._database.read() as connection:
            return [
                row["id"]
                for row in connection.execute("SELECT * FROM labels ORDER BY id")
                if row["checksum"] != checksum(*_said(row), row["withdrawn_at"])
            ]


def insert(connection: sqlite3.Connection, label: Label) -> Label:
    """Add a label inside a transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    label : Label
        Without a number. The very same label is stored once.

    Returns
    -------
    Label
        With its number.

    Raises
    ------
    ValueError
        If there is no such image.
    """
    state_of(connection, label.image_id)
    said = (label.image_id, label.value, label.reviewer, label.made_at, label.interest, label.note)
    because = label.asked_because
    connection.execute(_ADD, (*said, because, checksum(*said, *_reason(because), None)))
    same = (label.image_id, label.reviewer, label.made_at, label.value)
    stored = connection.execute(_SAME, same).fetchone()
    connection.execute(_SHOWN, (label.image_id,))
    return label_of(stored)


def take_back(connection: sqlite3.Connection, label_id: int, at: str) -> Label:
    """Withdraw a label inside a transaction; a second withdrawal changes nothing.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    label_id : int
        Its number.
    at : str
        ISO 8601 UTC.

    Returns
    -------
    Label
        Withdrawn.

    Raises
    ------
    ValueError
        If there is no such label.
    """
    stored = connection.execute("SELECT * FROM labels WHERE id = ?", (label_id,)).fetchone()
    if stored is None:
        raise ValueError(f"there is no label {label_id}; it cannot be withdrawn")
    if stored["withdrawn_at"] is None:
        connection.execute(
            "UPDATE labels SET withdrawn_at = ?, checksum = ? WHERE id = ?",
            (at, checksum(*_said(stored), at), label_id),
        )
        connection.execute(_SHOWN, (stored["image_id"],))
    return label_of(connection.execute("SELECT * FROM labels WHERE id = ?", (label_id,)).fetchone())


def checksum(*values: object) -> str:
    """Hash of what a label says.

    Parameters
    ----------
    *values : object
        Image, value, reviewer, time, interest, note, why the person was asked unless the picture was chosen, time
        of withdrawal.

    Returns
    -------
    str
        32 hex digits (BLAKE2b).
    """
    text = json.dumps(values, ensure_ascii=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def label_row(row: sqlite3.Row) -> dict[str, Any]:
    """Turn a row of ``labels`` into what crosses the socket.

    Parameters
    ----------
    row : sqlite3.Row
        All columns.

    Returns
    -------
    dict
        The keys of the wire's LabelRow.
    """
    return asdict(label_of(row)) | {"value": row["value"], "asked_because": row["asked_because"]}


def label_of(row: sqlite3.Row) -> Label:
    """Turn a row of ``labels`` into a record.

    Parameters
    ----------
    row : sqlite3.Row
        All columns.

    Returns
    -------
    Label
        What was said.
    """
    return Label(
        image_id=row["image_id"],
        value=LabelValue(row["value"]),
        reviewer=row["reviewer"],
        made_at=row["made_at"],
        interest=row["interest"],
        note=row["note"],
        label_id=row["id"],
        withdrawn=row["withdrawn_at"] is not None,
        asked_because=AskedBecause(row["asked_because"]),
    )


def _said(row: sqlite3.Row) -> tuple[object, ...]:
    said = (row[name] for name in ("image_id", "value", "reviewer", "made_at", "interest", "note"))
    return (*said, *_reason(row["asked_because"]))


def _reason(because: str) -> tuple[str, ...]:
    """Labels that are older than this word have checksums without it."""
    return () if because == AskedBecause.CHOSEN else (str(because),)
