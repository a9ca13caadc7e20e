"""Invented findings are listed like found ones."""

import sqlite3
from pathlib import Path

import pytest

from astrolens.store.crowd import fill
from astrolens.store.database import Database
from astrolens.store.migrations import migrate


def built(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return sorted(
        tuple(row) for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    )


def test_they_are_there_and_sorted(tmp_path: Path) -> None:
    migrate(tmp_path / "astrolens.db")
    database = Database(tmp_path / "astrolens.db")
    try:
        with database.read() as connection:
            before = built(connection)
        told: list[tuple[str, int, int]] = []
        fill(database, 250, lambda *said: told.append(said))
        assert told[-1] == ("invented findings", 250, 250)
        with database.read() as connection:
            rows = connection.execute(
                "SELECT decision, sigma, oddness FROM images ORDER BY sigma DESC, oddness DESC"
            ).fetchall()
            tallied = {
                row["decision"]: row["n"]
                for row in connection.execute(
                    "SELECT decision, sum(images) AS n FROM tallies GROUP BY decision"
                )
            }
            after = built(connection)
        with pytest.raises(ValueError, match="empty store"):
            fill(database, 1, lambda *_: None)
    finally:
        database.close()
    assert len(rows) == 250
    assert after == before
    assert tallied == {"anomaly": 25, "near_miss": 225}
    assert sum(row["decision"] == "anomaly" for row in rows) == 25
    assert [row["oddness"] for row in rows] == sorted((row["oddness"] for row in rows), reverse=True)
    assert all(2.5 <= row["sigma"] <= 6.5 for row in rows)
