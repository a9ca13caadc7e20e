"""A store full of invented findings, to measure how lists behave at sizes that take years to come by."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import exp

from astrolens.domain.clock import iso, utc_now
from astrolens.store.database import Database

_CHUNK = 20_000
_SOURCES = ("sdss", "legacy_dr10", "panstarrs", "ztf")
_WHY = ('[["mahalanobis",0.99],["knn",0.97]]', '[["shape",0.98]]', '[["energy",0.96],["msp",0.95]]')
_KNOWN = (("unknown", "unknown (4 of 4)"), ("known", "NGC 5216, 1.2"), ("not_answered", "not answered: ned"))
_SPREAD = 2654435761  # Knuth's multiplier: neighbours in number are far apart in oddness
_WHOLE = 2**32
_OLDEST_S = 365 * 86_400
_INSERT = """
INSERT INTO images (source, key, url, state, offered_at, changed_at, ra_deg, dec_deg, sha256, decision, sigma,
                    oddness, found_at, why, catalogue, catalogue_words)
VALUES (?, ?, '', 'done', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


_COUNTS = (
    "INSERT INTO state_counts SELECT source, state, count(*) FROM images GROUP BY source, state",
    (
        "INSERT INTO activity SELECT substr(changed_at, 1, 13) AS hour, source, state, count(*) FROM images "
        "GROUP BY hour, source, state"
    ),
    (
        "INSERT INTO tallies SELECT decision, source, ifnull(label, ''), catalogue, count(*) FROM images "
        "GROUP BY decision, source, label, catalogue"
    ),
    "INSERT INTO sky_counts SELECT area, decision, count(*) FROM images WHERE area IS NOT NULL GROUP BY area, decision",
)
_BUILT = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'images' AND type IN ('index', 'trigger') AND sql IS NOT NULL"


def fill(database: Database, count: int, progress: Callable[[str, int, int], None]) -> None:
    """Store invented findings in an empty store: one in ten an anomaly, the rest near misses.

    Indexes and triggers are put back at the end, and what triggers count is counted at once: a million take half a
    minute instead of half an hour.

    Parameters
    ----------
    database : Database
        Open for writing, without a picture; best in a folder that is removed afterwards.
    count : int
        How many.
    progress : Callable
        Told what is done, how many, of how many.

    Raises
    ------
    ValueError
        If there is a picture already.
    """
    with database.read() as connection:
        if connection.execute("SELECT 1 FROM images LIMIT 1").fetchone():
            raise ValueError("there are pictures already; invented ones go only into an empty store")
        built = [tuple(row) for row in connection.execute(_BUILT)]
    database.write(
        lambda connection: _run(connection, [f'DROP {kind} "{name}"' for kind, name, _sql in built])
    )
    for start in range(0, count, _CHUNK):
        rows = list(_rows(start, min(count, start + _CHUNK)))

        def _work(connection: sqlite3.Connection, rows: list[tuple[object, ...]] = rows) -> None:
            connection.executemany(_INSERT, rows)

        database.write(_work)
        progress("invented findings", min(count, start + _CHUNK), count)
    for statement in (*(sql for _kind, _name, sql in built), *_COUNTS):
        database.write(lambda connection, statement=statement: _run(connection, [statement]))  # type: ignore[misc]


def _run(connection: sqlite3.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _rows(start: int, end: int) -> Iterator[tuple[object, ...]]:
    now = utc_now()
    for number in range(start, end):
        share = (number * _SPREAD % _WHOLE) / _WHOLE
        sigma = 2.5 + 4.0 * share**3
        when = iso(now - timedelta(seconds=_OLDEST_S * share))
        catalogue, words = _KNOWN[number % len(_KNOWN)]
        yield (
            _SOURCES[number % len(_SOURCES)], f"invented-{number}", when, when, 360.0 * share,
            -60.0 + 120.0 * share, f"{number:064x}", "near_miss" if number % 10 else "anomaly", sigma,
            -exp(-0.5 * sigma * sigma), when, _WHY[number % len(_WHY)], catalogue, words,
        )  # fmt: skip
