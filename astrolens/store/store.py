"""Open everything that is kept as one object, and close it in order."""

import asyncio
import contextlib
import copy
import functools
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from astrolens.config.paths import Paths, make_private
from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.store.analyses import AnalysisTable
from astrolens.store.announcements import AnnouncementTable
from astrolens.store.calibrations import Calibrations
from astrolens.store.crossref import CrossrefTable
from astrolens.store.database import Database, connect
from astrolens.store.events import EventTable
from astrolens.store.files import BlobFolder
from astrolens.store.former import FormerModels
from astrolens.store.frozen_test import FrozenTest
from astrolens.store.images import PARKED_BY_CRASHES, ImageTable
from astrolens.store.labels import LabelTable
from astrolens.store.migrations import migrate
from astrolens.store.model_history import ModelHistory
from astrolens.store.neighbours import Resemblance
from astrolens.store.nights import NightTable
from astrolens.store.promotions import PromotionTable
from astrolens.store.remarks import RemarkTable
from astrolens.store.retention import Retention
from astrolens.store.review_history import HistoryTable
from astrolens.store.review_queue import ReviewTable
from astrolens.store.saved_filters import SavedFilters
from astrolens.store.sky_map import SkyMap
from astrolens.store.state import StateTable
from astrolens.store.statistics import Statistics
from astrolens.store.vectors import VectorIndex
from astrolens.store.verdicts import VerdictTable
from astrolens.store.words import WordTable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)
_THREADS = 8
_PEOPLES_THREADS = 4
_RESERVE_BYTES = 1024 * 1024
_CHECKED_AT_OPEN_BYTES = 256 * 1024 * 1024


class Store:
    """Everything that AstroLens keeps; `open_store` makes it.

    Parameters
    ----------
    paths : Paths
        Where things live.
    owner : bool
        True for the one process that works; it counts crashes and writes the vector index.

    Attributes
    ----------
    images, analyses, verdicts, announcements, crossref, labels, remarks, events, state, nights, words : object
        The tables; their methods block and are called from threads, or through `run`.
    history : HistoryTable
        Steps of each reviewer, to undo and redo.
    review : ReviewTable
        What a person has not judged yet.
    former : FormerModels
        Pictures of encoders that are no longer in use.
    calibrations : Calibrations
        Puts one in force.
    saved_filters : SavedFilters
        Filters of the candidate list that have a name.
    statistics : Statistics
        Cheap counts.
    sky_map : SkyMap
        Counts by area, and samples.
    model_history : ModelHistory
        Encoders, calibrations and nights.
    promotions : PromotionTable
        Which encoder is in use, and comparisons.
    frozen_test : FrozenTest
        Pictures that encoders are compared on.
    retention : Retention
        Frees space.
    vectors : VectorIndex
        Nearest neighbours.
    resemblance : Resemblance
        Nearest normals and nearest labelled pictures.
    blobs : BlobFolder
        Originals and thumbnails.
    database : Database
        What all tables share.
    """

    def __init__(self, paths: Paths, *, owner: bool) -> None:
        self._owner = owner
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._lanes = [self._threads]
        reserve = paths.data / "reserve"
        if owner:
            _lay_by(reserve)
        self.database = Database(paths.database, reserve=reserve)
        self.blobs = BlobFolder(paths.data / "blobs")
        self.images = ImageTable(self.database)
        self.analyses = AnalysisTable(self.database)
        self.verdicts = VerdictTable(self.database)
        self.announcements = AnnouncementTable(self.database)
        self.former = FormerModels(self.database)
        self.crossref = CrossrefTable(self.database)
        self.labels = LabelTable(self.database)
        self.remarks = RemarkTable(self.database)
        self.history = HistoryTable(self.database)
        self.review = ReviewTable(self.database)
        self.events = EventTable(self.database)
        self.state = StateTable(self.database)
        self.calibrations = Calibrations(self.database)
        self.nights = NightTable(self.database)
        self.words = WordTable(self.database)
        self.saved_filters = SavedFilters(self.database)
        self.statistics = Statistics(self.database)
        self.sky_map = SkyMap(self.database)
        self.model_history = ModelHistory(self.database)
        self.promotions = PromotionTable(self.database)
        self.frozen_test = FrozenTest(self.database)
        self.retention = Retention(self.database, self.blobs)
        self.vectors = VectorIndex(paths.data / "index", self.database)
        self.resemblance = Resemblance(self.database, self.vectors)

    async def run(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Call a blocking method in one of the store's threads.

        Parameters
        ----------
        function : callable
            For example ``store.images.get``.
        *args : object
            Its arguments.
        **kwargs : object
            Its keyword arguments.

        Returns
        -------
        Result
            What it returned.
        """
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def for_people(self) -> "Store":
        """The same store, whose `run` has threads of its own: a person does not wait behind the flow's writes.

        Returns
        -------
        Store
            It ends with this one, which alone is closed.
        """
        threads = ThreadPoolExecutor(_PEOPLES_THREADS, thread_name_prefix="store-people")
        self._lanes.append(threads)
        other = copy.copy(self)
        other._threads = threads  # noqa: SLF001 -- a copy of this one
        return other

    def similar(self, image_id: int, limit: int = 10) -> list[dict[str, Any]]:
        """Images that look most like this one.

        Parameters
        ----------
        image_id : int
            A measured image.
        limit : int
            Most images.

        Returns
        -------
        list of dict
            The keys of the wire's SimilarRow, nearest first; empty when it was measured by another model
            than the index.

        Raises
        ------
        ValueError
            If it was not measured.
        """
        analysis = self.analyses.get(image_id)
        if analysis is None:
            raise ValueError(f"image {image_id} was not measured; nothing can be compared with it")
        self.vectors.refresh()
        if analysis.model_id != self.vectors.model_id:
            return []
        return self.verdicts.neighbours(self.vectors.search(analysis.embedding, limit, (image_id,)))

    def sweep(self, *, older_than_s: float = 3600.0) -> int:
        """Remove files that a kill left behind.

        Parameters
        ----------
        older_than_s : float
            Younger files are spared.

        Returns
        -------
        int
            Files removed.
        """
        return self.blobs.sweep(self.images.known_hashes, older_than_s=older_than_s)

    def close(self) -> None:
        """Finish what runs, write the vector index, close the database; a second call does nothing."""
        for threads in self._lanes:
            threads.shutdown(wait=True)
        self.vectors.close()
        try:
            if self._owner:
                self._owner = False
                self.images.release_all()
                self.vectors.save()
        except Unavailable as error:
            _LOG.warning("closed without saving everything that can be found again: %s", error)
        finally:
            self.database.close()


def open_store(paths: Paths, *, owner: bool = True) -> Store:
    """Open, and create or bring up to date what is not there yet.

    Parameters
    ----------
    paths : Paths
        Where things live.
    owner : bool
        True for the process that holds the profile's lock: what was in flight when it last died is
        counted as a crash. False only looks.

    Returns
    -------
    Store
        Ready.

    Raises
    ------
    ConfigError
        If the folder is not private, or the database is damaged, foreign, or from a newer AstroLens.
    """
    make_private(paths.data)
    try:
        migrate(paths.database)
        check(paths.database)
        return _ready(paths, owner)
    except sqlite3.DatabaseError as error:
        raise _damaged(paths.database, str(error)) from error


def _ready(paths: Paths, owner: bool) -> Store:
    store = Store(paths, owner=owner)
    with contextlib.ExitStack() as undo:
        undo.callback(store.database.close)
        if owner:
            for image_id in store.images.count_crashes():
                _LOG.warning("image %d is parked: %s", image_id, PARKED_BY_CRASHES)
        store.vectors.open()
        undo.pop_all()
    return store


def check(database: Path, *, limit_bytes: int = _CHECKED_AT_OPEN_BYTES) -> None:
    """Look for damage, unless the file is so large that it would keep the start waiting.

    Parameters
    ----------
    database : Path
        The SQLite file.
    limit_bytes : int
        A larger file is not looked at.

    Raises
    ------
    ConfigError
        If it is damaged, or lies where it cannot be opened.
    """
    if database.stat().st_size > limit_bytes:
        return
    try:
        with contextlib.closing(connect(database, readonly=True)) as connection:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN:
            raise _damaged(database, str(error)) from error
        raise ConfigError(
            f"{database} cannot be opened: its folder must let us write; check its rights or name another one"
        ) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(database, str(error)) from error
    if verdict != "ok":
        raise _damaged(database, verdict)


def _lay_by(reserve: Path) -> None:
    """Hold a little space, so that a label can still be saved on a full disk."""
    if reserve.exists() and reserve.stat().st_size >= _RESERVE_BYTES:
        return
    try:
        reserve.write_bytes(bytes(_RESERVE_BYTES))
    except OSError as error:
        reserve.unlink(missing_ok=True)
        _LOG.warning("no reserve for labels on %s: %s", reserve, error)


def _damaged(database: Path, found: str) -> ConfigError:
    return ConfigError(
        f"{database} is damaged: {found}; restore a backup, or move it away and start with an empty one"
    )
