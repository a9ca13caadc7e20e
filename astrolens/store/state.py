"""Small things that outlive the process: cursors, health, job times, fitted detectors."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import DetectorState
from astrolens.store.database import Database

_KEPT_DETECTOR_STATES = 10

_PUT = """
INSERT INTO state (name, value, changed_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
"""
_NEWEST = "SELECT * FROM detector_states WHERE source = ? AND model_id = ? ORDER BY id DESC LIMIT 1"
_NEWEST_ID = """
SELECT state_id, max(id) FROM detector_states INDEXED BY detector_states_briefly WHERE source = ? AND model_id = ?
"""
_PUT_DETECTOR = """
INSERT OR REPLACE INTO detector_states (state_id, source, model_id, fitted, calibrated, blob, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FORGET_OLD = """
DELETE FROM detector_states WHERE source = ?1 AND model_id = ?2 AND id NOT IN (
    SELECT id FROM detector_states WHERE source = ?1 AND model_id = ?2 ORDER BY id DESC LIMIT ?3)
"""


class StateTable:
    """Named JSON values and detector states.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        """A named value.

        Parameters
        ----------
        name : str
            For example ``cursor/sdss``.
        default : Any
            What to return when it was never put.

        Returns
        -------
        Any
            Parsed JSON.
        """
        with self._database.read() as connection:
            return read_value(connection, name, default)

    def put(self, name: str, value: Any) -> None:
        """Store a named value, replacing the one before.

        Parameters
        ----------
        name : str
            For example ``cursor/sdss``.
        value : Any
            What JSON can say; NaN is refused.

        Raises
        ------
        ValueError
            If it holds NaN or infinity.
        """
        now = iso(utc_now())
        self._database.write(lambda connection: put_value(connection, name, value, now))

    def put_many(self, values: Mapping[str, Any]) -> None:
        """Store several named values in one transaction.

        Parameters
        ----------
        values : Mapping of str to Any
            As for `put`.

        Raises
        ------
        ValueError
            As `put`; then none is stored.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> None:
            for name, value in values.items():
                put_value(connection, name, value, now)

        self._database.write(_work)

    def names(self, prefix: str = "") -> list[str]:
        """Names that begin alike.

        Parameters
        ----------
        prefix : str
            For example ``cursor/``.

        Returns
        -------
        list of str
            Sorted.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT name FROM state WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name", (prefix,)
            ).fetchall()
        return [row["name"] for row in rows]

    def detector_state(self, source: str, model_id: str) -> DetectorState | None:
        """The newest fitted detectors of a source.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder.

        Returns
        -------
        DetectorState or None
            None before the first calibration.
        """
        with self._database.read() as connection:
            row = connection.execute(_NEWEST, (source, model_id)).fetchone()
        return None if row is None else _detector_state_of(row)

    def detector_state_id(self, source: str, model_id: str) -> str | None:
        """Name of the newest fitted detectors of a source, without reading their numbers.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder.

        Returns
        -------
        str or None
            None before the first calibration.
        """
        with self._database.read() as connection:
            row = connection.execute(_NEWEST_ID, (source, model_id)).fetchone()
        found: str | None = row["state_id"]
        return found

    def is_calibrated(self, source: str) -> bool:
        """Whether a source was ever calibrated, with whatever encoder.

        Parameters
        ----------
        source : str
            The source.

        Returns
        -------
        bool
            False before its first calibration.
        """
        with self._database.read() as connection:
            found = connection.execute("SELECT 1 FROM detector_states WHERE source = ? LIMIT 1", (source,))
            return found.fetchone() is not None


def put_detectors(connection: sqlite3.Connection, state: DetectorState, beside: Mapping[str, Any]) -> None:
    """Store fitted detectors inside a transaction that also does something else.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    state : DetectorState
        It becomes the newest.
    beside : Mapping of str to Any
        Named values that go with it.
    """
    values = (state.state_id, state.source, state.model_id, state.fitted, state.calibrated)
    connection.execute(_PUT_DETECTOR, (*values, state.blob, state.made_at))
    connection.execute(_FORGET_OLD, (state.source, state.model_id, _KEPT_DETECTOR_STATES))
    for name, value in beside.items():
        put_value(connection, name, value, state.made_at)


def read_value(connection: sqlite3.Connection, name: str, default: Any = None) -> Any:
    """Read a named value beside something else.

    Parameters
    ----------
    connection : sqlite3.Connection
        Reader or writer.
    name : str
        For example ``cursor/sdss``.
    default : Any
        What to return when it was never put.

    Returns
    -------
    Any
        Parsed JSON.
    """
    row = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return default if row is None else json.loads(row["value"])


def put_value(connection: sqlite3.Connection, name: str, value: object, now: str) -> None:
    """Store a named value inside a transaction that also does something else.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    name : str
        For example ``cursor/sdss``.
    value : object
        What JSON can say; NaN is refused.
    now : str
        ISO 8601 UTC.

    Raises
    ------
    ValueError
        If it holds NaN or infinity.
    """
    connection.execute(_PUT, (name, json.dumps(value, allow_nan=False), now))


def _detector_state_of(row: sqlite3.Row) -> DetectorState:
    return DetectorState(
        state_id=row["state_id"],
        source=row["source"],
        model_id=row["model_id"],
        fitted=row["fitted"],
        calibrated=row["calibrated"],
        blob=row["blob"],
        made_at=row["made_at"],
    )
