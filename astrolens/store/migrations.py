"""Numbered, append-only schema steps; each runs in one transaction or not at all."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from astrolens.domain.errors import ConfigError
from astrolens.store.database import connect
from astrolens.store.schema_1 import SCHEMA_1
from astrolens.store.schema_2 import SCHEMA_2
from astrolens.store.schema_3 import SCHEMA_3
from astrolens.store.schema_4 import SCHEMA_4
from astrolens.store.schema_5 import SCHEMA_5
from astrolens.store.schema_6 import SCHEMA_6
from astrolens.store.schema_7 import SCHEMA_7
from astrolens.store.schema_8 import SCHEMA_8
from astrolens.store.schema_9 import SCHEMA_9

_SET = "astrolens"


def statements(script: str) -> Iterator[str]:
    """Cut SQL text into statements; unlike ``executescript`` their runner stays in its transaction.

    Parameters
    ----------
    script : str
        Statements, each beginning on a line of its own; triggers may hold semicolons.

    Yields
    ------
    str
        One complete statement.
    """
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""


def schema_steps() -> Migrations:
    """Every step since the first schema.

    Returns
    -------
    Migrations
        In the order in which they are applied; a released step is never edited.
    """
    steps = Migrations(_SET)

    @steps(name="0001_first")
    def _first(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_1):
            database.execute(statement)

    @steps(name="0002_nights")
    def _nights(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_2):
            database.execute(statement)

    @steps(name="0003_announcements")
    def _announcements(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_3):
            database.execute(statement)

    @steps(name="0004_descriptions")
    def _descriptions(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_4):
            database.execute(statement)

    @steps(name="0005_pixels")
    def _pixels(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_5):
            database.execute(statement)

    @steps(name="0006_review")
    def _review(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_6):
            database.execute(statement)

    @steps(name="0007_areas")
    def _areas(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_7):
            database.execute(statement)

    @steps(name="0008_sorted")
    def _sorted(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_8):
            database.execute(statement)

    @steps(name="0009_promotions")
    def _promotions(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA_9):
            database.execute(statement)

    return steps


def migrate(path: Path) -> None:
    """Bring the file to the newest schema, creating it when missing.

    Parameters
    ----------
    path : Path
        The SQLite file; its folder must exist.

    Raises
    ------
    ConfigError
        If the file is no database, is damaged, or was made by a newer AstroLens.
    """
    connection = connect(path, readonly=False)
    try:
        database = sqlite_utils.Database(connection)
        steps = schema_steps()
        known = {step.name for step in steps.pending(database)} | {
            step.name for step in steps.applied(database)
        }
        newest = {step.name for step in schema_steps().pending(sqlite_utils.Database(memory=True))}
        if strange := known - newest:
            raise ConfigError(
                f"{path} has schema {max(strange)}, newer than this AstroLens; upgrade AstroLens or name "
                "another data folder"
            )
        steps.apply(database)
    finally:
        connection.close()
