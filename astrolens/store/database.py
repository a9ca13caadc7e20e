"""One writer thread with group commit, a few query-only readers; every SQL call goes through it."""

import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from astrolens.domain.errors import Unavailable
from astrolens.store.filter_sql import add_functions

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

_LOG = logging.getLogger(__name__)
_MOST_IN_A_COMMIT = 200
_LONGEST_COMMIT_S = 0.05
_QUEUE_LENGTH = 1000
_BUSY_TIMEOUT_MS = 10_000
_PASSING = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
    }
)


@dataclass(slots=True, eq=False)
class _Job:
    """One piece of work for the writer; as a context it carries any error to the thread that waits."""

    work: Callable[[sqlite3.Connection], Any]
    full: bool
    done: "Future[Any]" = field(default_factory=Future)
    value: Any = None
    error: BaseException | None = None

    def __enter__(self) -> None:
        """Start."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True

    def answer(self) -> None:
        if self.error is None:
            self.done.set_result(self.value)
        else:
            self.done.set_exception(self.error)


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """Open the file with the settings that every connection of the house has.

    Parameters
    ----------
    path : Path
        The SQLite file; a writer creates it.
    readonly : bool
        True for a connection that refuses to write.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode, rows by name, usable from any one thread at a time.
    """
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_TIMEOUT_MS / 1000,
        cached_statements=256,
    )
    try:
        _prepare(connection, readonly)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, readonly: bool) -> None:
    connection.row_factory = sqlite3.Row
    add_functions(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA temp_store=MEMORY")
    if readonly:
        connection.execute("PRAGMA query_only=ON")
    else:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA journal_size_limit=67108864")


def _is(error: sqlite3.Error, codes: Collection[int]) -> bool:
    """Whether SQLite's primary code of an error is one of these."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


class Database:
    """The one door to the SQLite file.

    Parameters
    ----------
    path : Path
        The file; its folder must exist and its schema be in place.
    readers : int
        Most simultaneous readers; a further one waits its turn.
    reserve : Path, optional
        A file that is given up when the disk is full and a ``full`` write must go through.

    Attributes
    ----------
    trouble : str
        Why the latest write could not be made, "" when it could: what everything waits for on a full disk.
    """

    def __init__(self, path: Path, *, readers: int = 4, reserve: Path | None = None) -> None:
        self.path = path
        self.trouble = ""
        self._reserve = reserve
        self._jobs: queue.Queue[_Job | None] = queue.Queue(_QUEUE_LENGTH)
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._readers = [connect(path, readonly=True) for _ in range(readers)]
        for reader in self._readers:
            self._idle.put(reader)
        self._writer = connect(path, readonly=False)
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._write_for_ever, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[Result], *, full: bool = False) -> Result:
        """Run work on the writer's connection and wait until it is committed.

        Parameters
        ----------
        work : callable
            Gets the connection inside a transaction; all it does is kept, or nothing when it raises.
            It may be committed together with the work of others. It must not commit or roll back itself.
        full : bool
            True also waits for the disk, so that a power cut cannot take it back.

        Returns
        -------
        Result
            What ``work`` returned.

        Raises
        ------
        Unavailable
            If the disk is full, or the file is locked or cannot be written now.
        RuntimeError
            If the database is closed.
        """
        try:
            try:
                done = self._wait_done(work, full)
            except sqlite3.OperationalError as error:
                if not (full and _is(error, {sqlite3.SQLITE_FULL}) and self._give_up_reserve()):
                    raise
                done = self._wait_done(work, full)
        except sqlite3.OperationalError as error:
            if _is(error, _PASSING):
                self.trouble = (
                    f"{self.path} cannot be written now: {error}; free disk space or check its rights"
                )
                raise Unavailable(self.trouble) from error
            raise
        self.trouble = ""
        return done

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement as a write of its own.

        Parameters
        ----------
        sql : str
            One statement with ``?`` for each value.
        values : sequence of object
            What SQLite can store.

        Returns
        -------
        int
            Rows changed.
        """
        return self.write(lambda connection: connection.execute(sql, values).rowcount)

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Borrow a reader: everything read inside is one moment of the database.

        Yields
        ------
        sqlite3.Connection
            Query-only; give no cursor of it away. Do not nest.
        """
        connection = self._idle.get()
        try:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Finish what is queued, then close every connection; a second call does nothing."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        for _ in self._readers:
            self._idle.get()
        for reader in self._readers:
            reader.close()
        self._writer.close()

    def _wait_done(self, work: Work[Result], full: bool) -> Result:
        job = _Job(work, full)
        with self._closing:
            if self._closed:
                raise RuntimeError(f"{self.path} is closed; open the store again")
            self._jobs.put(job)
        result: Result = job.done.result()
        return result

    def _give_up_reserve(self) -> bool:
        if self._reserve is None or not self._reserve.exists():
            return False
        _LOG.warning("the disk is full: %s is given up so that this can be saved", self._reserve)
        self._reserve.unlink(missing_ok=True)
        return True

    def _write_for_ever(self) -> None:
        while (batch := self._next_batch()) is not None:
            while batch:
                batch = self._commit_some(batch)

    def _next_batch(self) -> list[_Job] | None:
        """Everything that waits right now; None at the end."""
        first = self._jobs.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < _MOST_IN_A_COMMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _commit_some(self, batch: list[_Job]) -> list[_Job]:
        """Commit work from the front of the batch for a short while; return the rest."""
        started = time.monotonic()
        full = any(job.full for job in batch)
        taken: list[_Job] = []
        frame = _Job(self._nothing, full)
        with frame:
            self._writer.execute("PRAGMA synchronous=FULL" if full else "PRAGMA synchronous=NORMAL")
            self._writer.execute("BEGIN IMMEDIATE")
            for job in batch:
                taken.append(job)
                self._do(job)
                if time.monotonic() - started > _LONGEST_COMMIT_S:
                    break
            self._writer.execute("COMMIT")
        if frame.error is not None:
            _LOG.warning("%s: %d changes were not committed: %s", self.path, len(taken), frame.error)
            self._roll_back()
            taken = taken or batch[:1]
        for job in taken:
            job.error = job.error or frame.error
            job.answer()
        return batch[len(taken) :]

    def _do(self, job: _Job) -> None:
        self._writer.execute("SAVEPOINT job")
        with job:
            job.value = job.work(self._writer)
        # A full disk can end the whole transaction; then nothing of this batch may be called done.
        if not self._writer.in_transaction:
            raise job.error or RuntimeError(f"{job.work!r} ended the transaction; it must not")
        if job.error is not None:
            self._writer.execute("ROLLBACK TO job")
        self._writer.execute("RELEASE job")

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @staticmethod
    def _nothing(connection: sqlite3.Connection) -> None:
        """Work of the frame around a batch: none."""
