"""Filters of the candidate list that were given a name."""

import sqlite3
from typing import Any

from astrolens.domain.clock import iso, utc_now
from astrolens.store.database import Database
from astrolens.store.state import put_value, read_value

MOST_SAVED = 200
_NAME = "saved_filters"


class SavedFilters:
    """Names and words, kept together as one value.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, str]:
        """Every saved filter.

        Returns
        -------
        dict of str to str
            Words by name, sorted by name.
        """
        with self._database.read() as connection:
            return _read(connection)

    def put(self, name: str, words: str) -> None:
        """Save a filter; one of the same name is replaced.

        Parameters
        ----------
        name : str
            What to call it.
        words : str
            As typed.

        Raises
        ------
        ValueError
            If there are 200 already.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> None:
            saved = _read(connection)
            if name not in saved and len(saved) >= MOST_SAVED:
                raise ValueError(f"{MOST_SAVED} filters are saved already; remove one")
            put_value(connection, _NAME, {**saved, name: words}, now)

        self._database.write(_work)

    def remove(self, name: str) -> bool:
        """Forget a filter.

        Parameters
        ----------
        name : str
            Of a saved one.

        Returns
        -------
        bool
            False when there was none of this name.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> bool:
            saved = _read(connection)
            if saved.pop(name, None) is None:
                return False
            put_value(connection, _NAME, saved, now)
            return True

        return self._database.write(_work)


def _read(connection: sqlite3.Connection) -> dict[str, str]:
    saved: dict[str, Any] = read_value(connection, _NAME, {})
    return {str(name): str(saved[name]) for name in sorted(saved)}
