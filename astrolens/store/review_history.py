"""Steps of each reviewer, to go back and forth in: kept with what they did, in the same transaction."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from astrolens.domain.clock import iso
from astrolens.domain.review import Label, Remark, ReviewStep
from astrolens.store.database import Database
from astrolens.store.labels import insert, label_of, take_back
from astrolens.store.remarks import add_remark, remark_of, take_remark_back

_LABEL, _REMARK = "label", "remark"
_TICK = timedelta(milliseconds=1)
_MINE = "SELECT * FROM labels WHERE image_id = ? AND reviewer = ? AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1"
_LAST_DONE = "SELECT max(id) FROM review_steps WHERE reviewer = ? AND state = 'done'"
_FIRST_UNDONE = "SELECT min(id) FROM review_steps WHERE reviewer = ? AND state = 'undone'"
_PARTS = "SELECT place, part, row_id FROM review_step_parts WHERE step_id = ? ORDER BY place"
_DEPTH = """
SELECT ifnull(sum(state = 'done'), 0) AS back, ifnull(sum(state = 'undone'), 0) AS forth
FROM review_steps WHERE reviewer = ? AND state <> 'cut'
"""


class _State(StrEnum):
    """Where a step stands; all that are done came before all that are undone."""

    DONE = "done"
    UNDONE = "undone"
    CUT = "cut"  # another step was made instead of a redo, or everything in it was withdrawn by number


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A label, and whether it is new.

    Attributes
    ----------
    label : Label
        As it is stored.
    added : bool
        False when this person's newest word on the picture was just this: the request came twice.
    """

    label: Label
    added: bool


class HistoryTable:
    """Rows of ``review_steps``; nobody's steps touch what others said.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, labels: Sequence[Label]) -> list[Said]:
        """Store labels of one person as one step; all of them or none. On the disk once this returns.

        Parameters
        ----------
        labels : sequence of Label
            Without numbers, of one reviewer and one time.

        Returns
        -------
        list of Said
            In the same order.

        Raises
        ------
        ValueError
            If there is no such image.
        """

        def _work(connection: sqlite3.Connection) -> list[Said]:
            said = [_say(connection, label) for label in labels]
            parts = [(_LABEL, one.label.label_id) for one in said if one.added]
            if parts:
                _note_step(connection, labels[0].reviewer, labels[0].made_at, parts)
            return said

        return self._database.write(_work, full=True)

    def remark(self, remark: Remark) -> Remark:
        """Store a tag or a note as one step; said twice it is stored once.

        Parameters
        ----------
        remark : Remark
            Without a number.

        Returns
        -------
        Remark
            With its number.

        Raises
        ------
        ValueError
            If there is no such image.
        """

        def _work(connection: sqlite3.Connection) -> Remark:
            stored, added = add_remark(connection, remark)
            if added:
                _note_step(connection, remark.reviewer, remark.made_at, [(_REMARK, stored.remark_id)])
            return stored

        return self._database.write(_work, full=True)

    def undo(self, reviewer: str, at: str) -> ReviewStep | None:
        """Withdraw what this person's newest step said.

        Parameters
        ----------
        reviewer : str
            Whose step.
        at : str
            ISO 8601 UTC.

        Returns
        -------
        ReviewStep or None
            What it withdrew; None when there is no step to take back.
        """

        def _work(connection: sqlite3.Connection) -> ReviewStep | None:
            while (step_id := _number(connection, _LAST_DONE, reviewer)) is not None:
                step = _taken_back(connection, step_id, reviewer, at)
                if step is not None:
                    _move(connection, step_id, _State.UNDONE, at)
                    return step
                _move(connection, step_id, _State.CUT, at)
            return None

        return self._database.write(_work, full=True)

    def redo(self, reviewer: str, at: str) -> ReviewStep | None:
        """Say again what the step said that was undone last.

        Parameters
        ----------
        reviewer : str
            Whose step.
        at : str
            ISO 8601 UTC; the time of the new labels.

        Returns
        -------
        ReviewStep or None
            What it added; None when nothing was undone since the last new step.
        """

        def _work(connection: sqlite3.Connection) -> ReviewStep | None:
            step_id = _number(connection, _FIRST_UNDONE, reviewer)
            if step_id is None:
                return None
            step = _said_again(connection, step_id, reviewer, at)
            _move(connection, step_id, _State.DONE, at)
            return step

        return self._database.write(_work, full=True)

    def depth(self, reviewer: str) -> tuple[int, int]:
        """How far one can go.

        Parameters
        ----------
        reviewer : str
            Whose steps.

        Returns
        -------
        tuple of int
            Steps back and steps forth.
        """
        with self._database.read() as connection:
            row = connection.execute(_DEPTH, (reviewer,)).fetchone()
        return int(row["back"]), int(row["forth"])


def _say(connection: sqlite3.Connection, label: Label) -> Said:
    mine = connection.execute(_MINE, (label.image_id, label.reviewer)).fetchone()
    if mine is not None:
        newest = label_of(mine)
        same = (newest.value, newest.interest, newest.note) == (label.value, label.interest, label.note)
        if same:
            return Said(label=newest, added=False)
    return Said(label=_insert_anew(connection, label), added=True)


def _insert_anew(connection: sqlite3.Connection, label: Label) -> Label:
    """A row of its own, even when another one was made in the same millisecond."""
    while True:
        stored = insert(connection, label)
        if replace(stored, label_id=0) == label:
            return stored
        label = replace(label, made_at=iso(datetime.fromisoformat(label.made_at) + _TICK))


def _note_step(
    connection: sqlite3.Connection, reviewer: str, at: str, parts: Sequence[tuple[str, int]]
) -> None:
    connection.execute(
        "UPDATE review_steps SET state = 'cut', changed_at = ? WHERE reviewer = ? AND state = 'undone'",
        (at, reviewer),
    )
    cursor = connection.execute(
        "INSERT INTO review_steps (reviewer, state, changed_at) VALUES (?, 'done', ?)", (reviewer, at)
    )
    connection.executemany(
        "INSERT INTO review_step_parts VALUES (?, ?, ?, ?)",
        [(cursor.lastrowid, place, part, row_id) for place, (part, row_id) in enumerate(parts)],
    )


def _taken_back(connection: sqlite3.Connection, step_id: int, reviewer: str, at: str) -> ReviewStep | None:
    """What the step said, withdrawn; None when all of it was withdrawn before."""
    labels: list[Label] = []
    remarks: list[Remark] = []
    for _, part, row_id in connection.execute(_PARTS, (step_id,)).fetchall():
        if part == _LABEL:
            before = label_of(connection.execute("SELECT * FROM labels WHERE id = ?", (row_id,)).fetchone())
            if not before.withdrawn:
                labels.append(take_back(connection, row_id, at))
        else:
            remarks.append(take_remark_back(connection, row_id, at))
    if not labels and not remarks:
        return None
    return ReviewStep(step_id=step_id, reviewer=reviewer, labels=tuple(labels), remarks=tuple(remarks))


def _said_again(connection: sqlite3.Connection, step_id: int, reviewer: str, at: str) -> ReviewStep:
    labels: list[Label] = []
    remarks: list[Remark] = []
    for place, part, row_id in connection.execute(_PARTS, (step_id,)).fetchall():
        if part == _LABEL:
            old = label_of(connection.execute("SELECT * FROM labels WHERE id = ?", (row_id,)).fetchone())
            again = _insert_anew(connection, replace(old, made_at=at, label_id=0, withdrawn=False))
            labels.append(again)
            number = again.label_id
        else:
            said = remark_of(connection.execute("SELECT * FROM remarks WHERE id = ?", (row_id,)).fetchone())
            remark, _ = add_remark(connection, replace(said, made_at=at, remark_id=0, withdrawn=False))
            remarks.append(remark)
            number = remark.remark_id
        connection.execute(
            "UPDATE review_step_parts SET row_id = ? WHERE step_id = ? AND place = ?",
            (number, step_id, place),
        )
    return ReviewStep(step_id=step_id, reviewer=reviewer, labels=tuple(labels), remarks=tuple(remarks))


def _number(connection: sqlite3.Connection, query: str, reviewer: str) -> int | None:
    found = connection.execute(query, (reviewer,)).fetchone()[0]
    return None if found is None else int(found)


def _move(connection: sqlite3.Connection, step_id: int, state: _State, at: str) -> None:
    connection.execute(
        "UPDATE review_steps SET state = ?, changed_at = ? WHERE id = ?", (state.value, at, step_id)
    )
