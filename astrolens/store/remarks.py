"""Tags and notes of people on pictures: append-only, as labels are."""

import sqlite3

from astrolens.domain.review import Remark, RemarkKind
from astrolens.store.database import Database
from astrolens.store.journey import state_of

_ADD = "INSERT INTO remarks (image_id, kind, words, reviewer, made_at) VALUES (?, ?, ?, ?, ?) RETURNING *"
_SAME = """
SELECT * FROM remarks WHERE image_id = ? AND kind = ? AND words = ? AND reviewer = ? AND withdrawn_at IS NULL
"""


class RemarkTable:
    """Rows of ``remarks``.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_image(self, image_id: int) -> list[Remark]:
        """Remarks on one image.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        list of Remark
            Oldest first, without withdrawn ones.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM remarks WHERE image_id = ? AND withdrawn_at IS NULL ORDER BY id", (image_id,)
            ).fetchall()
        return [remark_of(row) for row in rows]


def add_remark(connection: sqlite3.Connection, remark: Remark) -> tuple[Remark, bool]:
    """Add a remark inside a transaction.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    remark : Remark
        Without a number.

    Returns
    -------
    Remark
        With its number.
    bool
        False when this person had said just this already and nothing was added.

    Raises
    ------
    ValueError
        If there is no such image.
    """
    state_of(connection, remark.image_id)
    said = (remark.image_id, remark.kind, remark.words, remark.reviewer)
    same = connection.execute(_SAME, said).fetchone()
    if same is not None:
        return remark_of(same), False
    return remark_of(connection.execute(_ADD, (*said, remark.made_at)).fetchone()), True


def take_remark_back(connection: sqlite3.Connection, remark_id: int, at: str) -> Remark:
    """Withdraw a remark inside a transaction; a second withdrawal changes nothing.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer's.
    remark_id : int
        Its number; it must exist.
    at : str
        ISO 8601 UTC.

    Returns
    -------
    Remark
        Withdrawn.
    """
    connection.execute(
        "UPDATE remarks SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL", (at, remark_id)
    )
    return remark_of(connection.execute("SELECT * FROM remarks WHERE id = ?", (remark_id,)).fetchone())


def remark_of(row: sqlite3.Row) -> Remark:
    """Turn a row of ``remarks`` into a record.

    Parameters
    ----------
    row : sqlite3.Row
        All columns.

    Returns
    -------
    Remark
        What was said.
    """
    return Remark(
        image_id=row["image_id"],
        kind=RemarkKind(row["kind"]),
        words=row["words"],
        reviewer=row["reviewer"],
        made_at=row["made_at"],
        remark_id=row["id"],
        withdrawn=row["withdrawn_at"] is not None,
    )
