"""How many pictures a night has judged, and the odd ones among them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from astrolens.store.database import Database

_KEPT_NIGHTS = 30

_COUNT = """
INSERT INTO nights (night, judged) VALUES (?, ?) ON CONFLICT (night) DO UPDATE SET judged = judged + excluded.judged
"""
_ADD = "INSERT OR REPLACE INTO night_pictures (image_id, night, p_value, online) VALUES (?, ?, ?, ?)"
_SAID = """
SELECT sum(images) AS judged,
       sum(images * (decision = 'anomaly')) AS flagged,
       sum(images * (decision = 'anomaly' AND label IN ('anomaly', 'normal', 'artefact'))) AS labelled,
       sum(images * (decision = 'anomaly' AND label IN ('normal', 'artefact'))) AS normal
FROM tallies WHERE source = ?
"""
_INSIDE = """
SELECT count(*) AS flagged,
       sum(images.label IN ('anomaly', 'normal', 'artefact')) AS labelled,
       sum(images.label IN ('normal', 'artefact')) AS normal
FROM images JOIN verdicts ON verdicts.image_id = images.id
WHERE images.source = ? AND images.decision IN ('anomaly', 'near_miss') AND images.sigma >= ? AND verdicts.p_value <= ?
"""
_OLD = """
SELECT night FROM nights WHERE substr(night, 1, 10) NOT IN
    (SELECT DISTINCT substr(night, 1, 10) AS evening FROM nights ORDER BY evening DESC LIMIT ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPicture:
    """One odd picture of a night.

    Attributes
    ----------
    image_id : int
        The picture.
    p_value : float
        Its p-value when it was judged that night.
    online : bool
        Whether the stream's rule let it pass.
    """

    image_id: int
    p_value: float
    online: bool


class NightTable:
    """Rows of ``nights`` and ``night_pictures``.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, night: str, judged: int, odd: Sequence[NightPicture]) -> None:
        """Count pictures of a night and keep the odd ones, in one transaction; the newest 30 nights are kept.

        Parameters
        ----------
        night : str
            Date of its evening, and perhaps a word behind it for another family of the same night.
        judged : int
            Pictures judged for the first time in this family.
        odd : sequence of NightPicture
            Those of them that a rule may ask for.
        """

        def _work(connection: sqlite3.Connection) -> None:
            connection.execute(_COUNT, (night, judged))
            rows = [(one.image_id, night, one.p_value, int(one.online)) for one in odd]
            connection.executemany(_ADD, rows)
            for (old,) in connection.execute(_OLD, (_KEPT_NIGHTS,)).fetchall():
                connection.execute("DELETE FROM night_pictures WHERE night = ?", (old,))
                connection.execute("DELETE FROM nights WHERE night = ?", (old,))

        self._database.write(_work)

    def judged(self, night: str) -> int:
        """How many pictures a night has judged.

        Parameters
        ----------
        night : str
            Date of its evening.

        Returns
        -------
        int
            0 for a night that nothing is known of.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT judged FROM nights WHERE night = ?", (night,)).fetchone()
        return 0 if row is None else int(row["judged"])

    def odd(self, night: str) -> list[NightPicture]:
        """The odd pictures of a night.

        Parameters
        ----------
        night : str
            Date of its evening.

        Returns
        -------
        list of NightPicture
            The oddest first.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM night_pictures WHERE night = ? ORDER BY p_value, image_id", (night,)
            ).fetchall()
        return [
            NightPicture(image_id=row["image_id"], p_value=row["p_value"], online=bool(row["online"]))
            for row in rows
        ]

    def said(self, source: str) -> dict[str, int]:
        """What people said about the flagged pictures of a source, from kept counters.

        Parameters
        ----------
        source : str
            The source.

        Returns
        -------
        dict of str to int
            ``judged``, ``flagged``, ``labelled`` (anomaly, normal or artefact) and ``normal`` (or artefact).
        """
        with self._database.read() as connection:
            row = connection.execute(_SAID, (source,)).fetchone()
        return {name: int(row[name] or 0) for name in ("judged", "flagged", "labelled", "normal")}

    def said_inside(self, source: str, allowed: float, least_sigma: float) -> dict[str, int]:
        """What people said about the pictures of a source inside a threshold, whatever decided about them when.

        Parameters
        ----------
        source : str
            The source.
        allowed : float
            Largest p-value, in (0, 1]; not above what near misses reach.
        least_sigma : float
            Not above the sigma of ``allowed``: what lies below it is not even looked at.

        Returns
        -------
        dict of str to int
            As `said`; ``flagged`` holds what a rule beside the budget holds back, too.
        """
        with self._database.read() as connection:
            judged = connection.execute(
                "SELECT sum(images) AS judged FROM tallies WHERE source = ?", (source,)
            ).fetchone()
            inside = connection.execute(_INSIDE, (source, least_sigma, allowed)).fetchone()
        counts = {name: int(inside[name] or 0) for name in ("flagged", "labelled", "normal")}
        return {"judged": int(judged["judged"] or 0), **counts}
