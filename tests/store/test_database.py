"""One writer: all or nothing for each work, many in a commit, errors to the one that asked."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.store.database import Database, connect


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "a.db"
    connection = connect(path, readonly=False)
    connection.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, parent INTEGER REFERENCES numbers(n))")
    connection.close()
    opened = Database(path, readers=2)
    yield opened
    opened.close()


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return [row["n"] for row in connection.execute("SELECT n FROM numbers ORDER BY n")]


def test_write_is_seen_by_readers_when_it_returns(database: Database) -> None:
    assert database.execute("INSERT INTO numbers (n) VALUES (?)", (1,)) == 1
    assert numbers(database) == [1]


def test_work_that_raises_leaves_nothing(database: Database) -> None:
    def _work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO numbers (n) VALUES (1)")
        raise KeyError("no")

    with pytest.raises(KeyError):
        database.write(_work)
    assert numbers(database) == []


def test_failure_of_one_does_not_touch_others_of_the_same_commit(database: Database) -> None:
    gate = threading.Event()

    def _slow(connection: sqlite3.Connection) -> None:
        gate.wait(10)

    def _insert(number: int) -> int:
        return database.execute("INSERT INTO numbers (n) VALUES (?)", (number,))

    with ThreadPoolExecutor(40) as pool:
        first = pool.submit(database.write, _slow)
        asked = [pool.submit(_insert, number % 20) for number in range(39)]
        gate.set()
        first.result()
        errors = [one.exception() for one in asked]
    assert numbers(database) == list(range(20))
    assert sum(error is not None for error in errors) == 19
    assert {type(error) for error in errors if error} == {sqlite3.IntegrityError}


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO numbers (n, parent) VALUES (1, 99)")


def test_readers_refuse_to_write(database: Database) -> None:
    with database.read() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO numbers (n) VALUES (1)")


def test_read_is_one_moment(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute("SELECT count(*) FROM numbers").fetchone()[0]
        database.execute("INSERT INTO numbers (n) VALUES (1)")
        assert connection.execute("SELECT count(*) FROM numbers").fetchone()[0] == before
    assert numbers(database) == [1]


def test_work_that_commits_by_itself_is_told_so_and_the_writer_lives_on(database: Database) -> None:
    with pytest.raises(RuntimeError, match="must not"):
        database.write(lambda connection: connection.execute("COMMIT"))
    database.execute("INSERT INTO numbers (n) VALUES (1)")
    assert numbers(database) == [1]


def test_full_disk_is_unavailable_and_passes(database: Database) -> None:
    pages = database.write(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
    limit = f"PRAGMA max_page_count={pages}"
    database.write(lambda connection: connection.execute(limit).fetchone())
    many = [(number,) for number in range(20_000)]
    with pytest.raises(Unavailable, match="free disk space"):
        database.write(lambda connection: connection.executemany("INSERT INTO numbers (n) VALUES (?)", many))
    assert "free disk space" in database.trouble
    assert numbers(database) == []
    database.write(lambda connection: connection.execute("PRAGMA max_page_count=100000").fetchone())
    database.execute("INSERT INTO numbers (n) VALUES (1)")
    assert database.trouble == ""
    assert numbers(database) == [1]


def test_reserve_is_given_up_only_for_what_must_not_be_lost(database: Database, tmp_path: Path) -> None:
    reserve = tmp_path / "reserve"
    reserve.write_bytes(b"space")
    second = Database(database.path, readers=1, reserve=reserve)

    def _fill(connection: sqlite3.Connection) -> None:
        size = connection.execute("PRAGMA page_count").fetchone()[0]
        # The space that the reserve holds, as SQLite would see it.
        size += 100 * (not reserve.exists())
        connection.execute("PRAGMA max_page_count=" + str(size)).fetchone()
        rows = ((number,) for number in range(2000))
        connection.executemany("INSERT INTO numbers (n) VALUES (?)", rows)

    with pytest.raises(Unavailable):
        second.write(_fill)
    assert reserve.exists()
    second.write(_fill, full=True)
    assert not reserve.exists()
    assert len(numbers(second)) == 2000
    second.close()


def test_full_writes_wait_for_the_disk_and_others_do_not(database: Database) -> None:
    def _level(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    assert database.write(_level, full=True) == 2
    assert database.write(_level) == 1


def test_closed_database_says_so(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        database.execute("INSERT INTO numbers (n) VALUES (1)")


def test_what_was_queued_is_written_before_closing(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(database.execute, "INSERT INTO numbers (n) VALUES (?)", (number,))
            for number in range(200)
        ]
    assert all(one.result() == 1 for one in asked)
    database.close()
    connection = sqlite3.connect(database.path)
    assert connection.execute("SELECT count(*) FROM numbers").fetchone()[0] == 200
    connection.close()


def test_file_that_is_no_database_is_refused_without_a_leak(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        connect(path, readonly=False)
