"""What language models wrote about pictures; no table that decides anything refers to it."""

import json
import sqlite3

from astrolens.domain.description import DescribedClass, Description
from astrolens.store.database import Database
from astrolens.store.journey import state_of

_ADD = """
INSERT INTO descriptions (image_id, words, features, suggested, confidence, reason, provider, model,
    prompt_version, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEWEST = "SELECT * FROM descriptions WHERE image_id = ? ORDER BY (reason = '') DESC, id DESC LIMIT 1"
_WITHOUT = """
SELECT id FROM images WHERE decision = 'anomaly' AND state = 'done'
  AND NOT EXISTS (SELECT 1 FROM descriptions WHERE descriptions.image_id = images.id)
ORDER BY found_at DESC, id DESC LIMIT ?
"""


class WordTable:
    """Rows of ``descriptions``; every one is kept.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, description: Description) -> None:
        """Keep what a model wrote, or why it wrote nothing.

        Parameters
        ----------
        description : Description
            Clean words.

        Raises
        ------
        ValueError
            If there is no such image.
        """
        values = (
            description.image_id,
            description.words,
            json.dumps(description.features),
            description.suggested,
            description.confidence,
            description.reason,
            description.provider,
            description.model,
            description.prompt_version,
            description.made_at,
        )

        def _work(connection: sqlite3.Connection) -> None:
            state_of(connection, description.image_id)
            connection.execute(_ADD, values)

        self._database.write(_work)

    def of_image(self, image_id: int) -> Description | None:
        """What is to be shown of one image.

        Parameters
        ----------
        image_id : int
            The image.

        Returns
        -------
        Description or None
            The newest with words; the newest reason when there never were any; None when nobody asked.
        """
        with self._database.read() as connection:
            row = connection.execute(_NEWEST, (image_id,)).fetchone()
        return None if row is None else _description_of(row)

    def without(self, limit: int) -> list[int]:
        """Anomalies that no model was asked about.

        Parameters
        ----------
        limit : int
            Most images.

        Returns
        -------
        list of int
            Newest first.
        """
        with self._database.read() as connection:
            return [row["id"] for row in connection.execute(_WITHOUT, (limit,))]

    def made_since(self, moment: str) -> int:
        """How many answers came in.

        Parameters
        ----------
        moment : str
            ISO 8601 UTC.

        Returns
        -------
        int
            With words or without, by a person's wish or by schedule.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) AS n FROM descriptions WHERE made_at >= ?", (moment,)
            ).fetchone()
        return int(row["n"])


def _description_of(row: sqlite3.Row) -> Description:
    return Description(
        image_id=row["image_id"],
        words=row["words"],
        features=tuple(json.loads(row["features"])),
        suggested=None if row["suggested"] is None else DescribedClass(row["suggested"]),
        confidence=row["confidence"],
        reason=row["reason"],
        provider=row["provider"],
        model=row["model"],
        prompt_version=row["prompt_version"],
        made_at=row["made_at"],
    )
