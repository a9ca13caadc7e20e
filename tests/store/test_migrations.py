"""Every released schema becomes the newest one, and keeps what it holds."""

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from astrolens.config.paths import Paths
from astrolens.domain.errors import ConfigError
from astrolens.domain.image import ImageState
from astrolens.store.migrations import migrate, schema_steps, statements
from astrolens.store.store import open_store
from tests.store.schema_1_dump import ROWS, SCHEMA

_OWN = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"


def schema_of(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(_OWN).fetchall()
    connection.close()
    return rows


def from_schema_1(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = sqlite_utils.Database(path)
    steps = schema_steps()
    steps.ensure_migrations_table(database)
    for statement in (*statements(SCHEMA), *statements(ROWS)):
        database.execute(statement)
    database.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('astrolens', '0001_first', '2026')"
    )
    database.conn.commit()
    database.close()


def test_statements_keep_triggers_whole() -> None:
    script = "CREATE TABLE a (b);\nCREATE TRIGGER c AFTER INSERT ON a BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
    assert len(list(statements(script))) == 2


def test_old_schema_and_new_file_end_up_the_same(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    from_schema_1(old)
    migrate(old)
    migrate(new)
    assert schema_of(old) == schema_of(new)


def test_what_schema_1_holds_is_all_there(paths: Paths) -> None:
    from_schema_1(paths.database)
    store = open_store(paths)
    record = store.images.get(1)
    assert record is not None
    assert record.state is ImageState.JUDGED
    assert [label.note for label in store.labels.of_image(1)] == ["arc"]
    assert store.labels.verify() == []
    assert store.state.get("cursor/sdss") == {"page": 3}
    assert store.events.last() == 7
    assert store.verdicts.candidates()["total"] == 1
    analysis = store.analyses.get(1)
    assert analysis is not None
    assert analysis.embedding.tolist() == [1.0, 2.0]
    assert store.analyses.count("sdss", "model-1") == 1
    assert store.statistics.by_state()[ImageState.OFFERED] == 1
    store.close()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    migrate(path)
    before = schema_of(path)
    migrate(path)
    assert schema_of(path) == before


def test_newer_schema_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('astrolens', '9999_later', '2036')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(ConfigError, match="9999_later"):
        migrate(path)


def test_names_are_numbered_in_order() -> None:
    names = [step.name for step in schema_steps().pending(sqlite_utils.Database(memory=True))]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
