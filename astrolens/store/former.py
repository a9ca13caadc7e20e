"""Pictures whose analysis is of an encoder, or of a crop, that is no longer in use."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from astrolens.domain.clock import iso, utc_now
from astrolens.store.database import Database
from astrolens.store.state import put_value

_TO_MEASURE = """
SELECT analysis.image_id FROM analyses AS analysis CROSS JOIN images AS image ON image.id = analysis.image_id
WHERE analysis.image_id < ? AND analysis.model_id <> ? AND image.has_blob = 1 AND image.state <> 'parked'
ORDER BY analysis.image_id DESC LIMIT ?
"""
_BEYOND_REACH = """
SELECT count(*) FROM analyses AS analysis CROSS JOIN images AS image ON image.id = analysis.image_id
WHERE analysis.model_id <> ? AND image.has_blob = 0
"""
_TAKE_BACK = """
UPDATE images SET state = 'fetched', changed_at = ?1, due_at = ?1, attempts = 0, reason = ''
WHERE source = ?2 AND state = 'analysed' AND has_blob = 1
  AND id IN (SELECT image_id FROM analyses WHERE source = ?2 AND model_id = ?3)
RETURNING id
"""
_SOURCES = "SELECT DISTINCT source FROM state_counts WHERE images > 0 ORDER BY source"


class FormerModels:
    """Questions about them; `AnalysisTable.replace` makes one fewer.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_measure(self, model_id: str, *, below: int, limit: int) -> list[int]:
        """Images that can be measured again.

        Parameters
        ----------
        model_id : str
            The encoder in use.
        below : int
            Only images with smaller numbers.
        limit : int
            Most images.

        Returns
        -------
        list of int
            Newest first; without those whose original is no longer kept.
        """
        with self._database.read() as connection:
            return [row["image_id"] for row in connection.execute(_TO_MEASURE, (below, model_id, limit))]

    def beyond_reach(self, model_id: str) -> int:
        """Images that cannot be measured again, because their original is no longer kept.

        Parameters
        ----------
        model_id : str
            The encoder in use.

        Returns
        -------
        int
            Reads every analysis: for once, not for every picture.
        """
        with self._database.read() as connection:
            return int(connection.execute(_BEYOND_REACH, (model_id,)).fetchone()[0])

    def take_back(self, source: str, model_id: str, beside: Mapping[str, Any]) -> int:
        """Forget the analyses of a source's pictures that wait for their verdict; they are to be measured again.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder in use; what a former one has measured stays.
        beside : Mapping of str to Any
            Named values that are stored with it or not at all.

        Returns
        -------
        int
            Pictures that are FETCHED again.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> int:
            rows = connection.execute(_TAKE_BACK, (now, source, model_id)).fetchall()
            connection.executemany("DELETE FROM analyses WHERE image_id = ?", [(row["id"],) for row in rows])
            for name, value in beside.items():
                put_value(connection, name, value, now)
            return len(rows)

        return self._database.write(_work)

    def sources(self) -> list[str]:
        """Sources that have pictures.

        Returns
        -------
        list of str
            By name, from kept counters.
        """
        with self._database.read() as connection:
            return [row["source"] for row in connection.execute(_SOURCES)]
