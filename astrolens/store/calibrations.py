"""A calibration comes into force: its detectors, what is counted beside them, and the event that tells of it, or none."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from astrolens.domain.detection import DetectorState
from astrolens.domain.event import Event
from astrolens.store.database import Database
from astrolens.store.events import insert
from astrolens.store.state import put_detectors


class Calibrations:
    """What is stored at the moment at which verdicts begin to follow another calibration.

    Parameters
    ----------
    database : Database
        Where it is stored.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, state: DetectorState, beside: Mapping[str, Any], event: Event) -> Event:
        """Store one; a kill leaves all of it or nothing.

        Parameters
        ----------
        state : DetectorState
            It becomes the newest of its source and model.
        beside : Mapping of str to Any
            Named values for `astrolens.store.state.StateTable`.
        event : Event
            Without a number.

        Returns
        -------
        Event
            With its number.
        """

        def _work(connection: sqlite3.Connection) -> Event:
            put_detectors(connection, state, beside)
            return replace(event, sequence=insert(connection, event))

        return self._database.write(_work)
