"""Bring the bytes of an offer into the blob folder."""

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.image import FetchedFile, ImageState
from astrolens.download.fetch import HttpFetcher
from astrolens.download.local import copy_local, write_bytes
from astrolens.download.sniff import SNIFF_BYTES, sniff
from astrolens.plugin import ByteSource
from astrolens.sources.apart import Abandoned, Apart
from astrolens.sources.loader import LoadedSource
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

UPLOADS = "uploads"
READ_TIMEOUT_S = 60.0
_HANGS_AGAIN_AFTER_S = 3600.0
_PAGES_TO_BELIEVE = 2


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
    """

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, LoadedSource],
        http: HttpFetcher,
        *,
        limit_bytes: int,
        on_fetched: Callable[[], None],
    ) -> None:
        self._store = store
        self._sources = sources
        self._http = http
        self._limit_bytes = limit_bytes
        self._on_fetched = on_fetched
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
        into = self._store.blobs.temporary()
        try:
            file = await self._fetch(record, into)
            state = await self._store.run(self._keep, record.image_id, file)
        finally:
            await asyncio.to_thread(into.unlink, missing_ok=True)
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
            file = await self._http.fetch(record.offer.url, into, hosts=loaded.hosts)
            await asyncio.to_thread(_check_kind, file.path, record)
            return file
        if not isinstance(loaded.plugin, ByteSource):
            raise BadData(f"source {record.source} offers {record.offer.url[:200]} but cannot read it")
        await self._store.run(self._store.images.claim, [record.image_id], alone=record.suspect)
        content = await self._read(loaded, record)
        return await asyncio.to_thread(write_bytes, content, into, self._limit_bytes)

    async def _read(self, loaded: LoadedSource, record: ImageRecord) -> bytes:
        apart = self._apart[record.source]
        try:
            async with asyncio.timeout(READ_TIMEOUT_S):
                return await apart.call(partial(_read, loaded, record))
        except Abandoned as error:
            raise Unavailable(str(error), _HANGS_AGAIN_AFTER_S) from error
        except RuntimeError as error:
            raise BadData(f"source {record.source}: reading {record.key}: {error}") from error
        except TimeoutError as error:
            text = f"source {record.source}: reading {record.key} took more than {READ_TIMEOUT_S:g} s"
            raise Unavailable(text, _HANGS_AGAIN_AFTER_S) from error


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
    try:
        content = plugin.read(record.offer, loaded.options)
    except (BadData, Unavailable):
        raise
    except Exception as error:
        raise BadData(f"source {record.source}: reading {record.key}: {error!r}") from error
    if not isinstance(content, bytes):
        raise BadData(f"source {record.source} read {record.key} as {type(content).__name__}, not bytes")
    return content
