"""Bring the bytes of an offer into the blob folder."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic
from urllib.parse import unquote_to_bytes, urlsplit

from astrolens.domain.errors import BadData, PluginError, Unavailable
from astrolens.domain.image import FetchedFile, ImageState
from astrolens.domain.text import clean
from astrolens.download.failure import ShutOut
from astrolens.download.fetch import HttpFetcher
from astrolens.download.local import copy_local, write_bytes
from astrolens.download.resume import note_of
from astrolens.download.sniff import SNIFF_BYTES, sniff
from astrolens.plugin import ByteSource
from astrolens.sources.apart import Abandoned, Apart
from astrolens.sources.loader import LoadedSource
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

UPLOADS = "uploads"
READ_TIMEOUT_S = 60.0
_HANGS_AGAIN_AFTER_S = 3600.0
_FIRST_REST_S = 15.0
_PAGES_TO_BELIEVE = 2
_REFUSALS_TO_BELIEVE = 5  # over a quarter of an hour and several rests of the host: a ban is over by then


class Fetching:
    """The work of the download stage.

    Parameters
    ----------
    store : Store
        Takes the bytes.
    sources : Mapping of str to LoadedSource
        Who offered, by name.
    http : HttpFetcher
        The way to a server.
    limit_bytes : int
        Largest file.
    on_fetched : Callable
        Wakes the stage behind.
    on_broken : Callable, optional
        Coroutine function: rests a source whose ``read`` is at fault, tells a person, and gives the seconds.
    """

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, LoadedSource],
        http: HttpFetcher,
        *,
        limit_bytes: int,
        on_fetched: Callable[[], None],
        on_broken: Callable[[str, PluginError], Awaitable[float]] | None = None,
    ) -> None:
        self._store = store
        self._sources = sources
        self._http = http
        self._limit_bytes = limit_bytes
        self._on_fetched = on_fetched
        self._on_broken = on_broken
        self._rests_until_s: dict[str, float] = {}
        self._apart = {name: Apart(f"source {name}") for name in sources}

    async def work(self, record: ImageRecord) -> None:
        """Fetch one offer.

        Parameters
        ----------
        record : ImageRecord
            In state OFFERED.

        Raises
        ------
        BadData
            When the bytes cannot be had at all.
        Unavailable
            When they may be had later.
        """
        is_far = urlsplit(record.offer.url).scheme in ("https", "http")
        # A name of its own, so that the next visit, or the next start, finds the part that has come.
        part = self._store.blobs.incoming / f"image-{record.image_id}"
        into = part if is_far else self._store.blobs.temporary()
        try:
            file = await self._fetch(record, into)
            state = await self._store.run(self._keep, record.image_id, file)
        finally:
            await asyncio.to_thread(_clear, into)
        if record.source == UPLOADS:
            await asyncio.to_thread(_local_path(record.offer.url).unlink, missing_ok=True)
        if state is ImageState.FETCHED:
            self._on_fetched()

    def _keep(self, image_id: int, file: FetchedFile) -> ImageState:
        self._store.blobs.add(file.path, file.sha256)
        return self._store.images.fetched(
            image_id,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            etag=file.etag,
            last_modified=file.last_modified,
        )

    async def _fetch(self, record: ImageRecord, into: Path) -> FetchedFile:
        scheme = urlsplit(record.offer.url).scheme
        loaded = self._sources.get(record.source)
        if scheme == "file":
            path = _local_path(record.offer.url)
            return await asyncio.to_thread(copy_local, path, into, self._limit_bytes)
        if loaded is None or loaded.plugin is None:
            raise BadData(
                f"source {record.source} is not configured any more; enable it to fetch {record.offer.url[:200]}"
            )
        if scheme in ("https", "http"):
            try:
                file = await self._http.fetch(record.offer.url, into, hosts=loaded.hosts, keep_part=True)
            except ShutOut as error:
                if record.attempts < _REFUSALS_TO_BELIEVE:
                    raise Unavailable(f"source {record.source}: {error}; perhaps for now only") from error
                raise
            await asyncio.to_thread(_check_kind, file.path, record)
            return file
        if not isinstance(loaded.plugin, ByteSource):
            raise BadData(f"source {record.source} offers {record.offer.url[:200]} but cannot read it")
        await self._store.run(self._store.images.claim, [record.image_id], alone=record.suspect)
        content = await self._read(loaded, record)
        return await asyncio.to_thread(write_bytes, content, into, self._limit_bytes)

    async def _read(self, loaded: LoadedSource, record: ImageRecord) -> bytes:
        """Bytes that a plugin makes; what it does wrong itself costs no picture, and rests the source."""
        name = record.source
        left_s = self._rests_until_s.get(name, 0.0) - monotonic()
        if left_s > 0:
            raise Unavailable(f"source {name} rests for {left_s:.0f} s: its read() failed", left_s)
        least_s = 0.0
        try:
            async with asyncio.timeout(READ_TIMEOUT_S):
                return await self._apart[name].call(partial(_read, loaded, record))
        except (BadData, Unavailable):
            raise
        except (Abandoned, TimeoutError) as error:
            took = f"reading {record.key} took more than {READ_TIMEOUT_S:g} s"
            fault = PluginError(str(error) or f"source {name}: {took}")
            least_s = _HANGS_AGAIN_AFTER_S
        except PluginError as error:
            fault = error
        except Exception as error:  # a plugin call
            log.error("source %s failed in read()", name, exc_info=error)
            words = clean(f"{type(error).__name__}: {error}", 200)
            fault = PluginError(f"source {name}: reading {record.key}: {words}")
        rest_s = await self._rest(name, fault)
        raise Unavailable(str(fault), max(rest_s, least_s)) from fault

    async def _rest(self, name: str, fault: PluginError) -> float:
        """Leave a source alone; what fails beside the first failure adds nothing."""
        left_s = self._rests_until_s.get(name, 0.0) - monotonic()
        if left_s > 0:
            return left_s
        self._rests_until_s[name] = monotonic() + _FIRST_REST_S
        rest_s = _FIRST_REST_S if self._on_broken is None else await self._on_broken(name, fault)
        self._rests_until_s[name] = monotonic() + rest_s
        return rest_s


def _clear(into: Path) -> None:
    """Remove what is left of a fetch, but for a part that the next visit goes on with."""
    if not note_of(into).exists():
        into.unlink(missing_ok=True)


def _check_kind(path: Path, record: ImageRecord) -> None:
    """Believe a page instead of a picture only when it comes again: servers under repair send such with 200."""
    with path.open("rb") as file:
        first = file.read(SNIFF_BYTES)
    try:
        sniff(first)
    except BadData as error:
        if record.attempts < _PAGES_TO_BELIEVE:
            raise Unavailable(f"source {record.source} sent no picture for {record.key}: {error}") from error
        raise


def _local_path(url: str) -> Path:
    """Path of a file URL; names need not be UTF-8."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(url).path)))


def _read(loaded: LoadedSource, record: ImageRecord) -> bytes:
    plugin = loaded.plugin
    if not isinstance(plugin, ByteSource):
        raise BadData(f"source {record.source} cannot read {record.offer.url[:200]}")
    content: object = plugin.read(record.offer, loaded.options)
    if not isinstance(content, bytes):
        raise PluginError(f"source {record.source} read {record.key} as {type(content).__name__}, not bytes")
    return content
