"""Bytes come from files, servers and plugins; nothing stays behind in the folder for what is on its way."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web

from astrolens.config.settings import DownloadSettings
from astrolens.domain.errors import BadData, PluginError, Unavailable
from astrolens.domain.image import ImageState, Offer
from astrolens.download.fetch import HttpFetcher
from astrolens.pipeline.fetching import UPLOADS, Fetching
from astrolens.sources.loader import LoadedSource
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.download.servers import survey
from tests.pipeline.pictures import paint, settled
from tests.sources.strangers import stranger

LIMIT = 100_000
READS = """
    def read(self, offer, options):
        from astrolens.plugin import BadData
        if offer.key == "leaves":
            raise SystemExit(3)
        if offer.key == "raises":
            raise KeyError("a bug")
        if offer.key == "no bytes":
            return "text"
        if offer.key == "bad":
            raise BadData("damaged")
        if offer.key == "large":
            return bytes(200_000)
        return b"made of " + offer.key.encode()

    async def offers(self, context):
        return
        yield
"""
NO_READS = """
    async def offers(self, context):
        return
        yield
"""


@dataclass
class Desk:
    """The stage's work on a store, and how often the stage behind was woken."""

    store: Store
    work: Fetching
    woken: list[int] = field(default_factory=list)

    async def fetch(self, url: str, source: str = "stranger", key: str = "k") -> ImageRecord:
        """Offer one picture, fetch it, and look at it again."""
        (image_id,) = await self.store.run(
            self.store.images.offer_many, [Offer(source=source, key=key, url=url)]
        )
        record = await self.store.run(self.store.images.get, image_id)
        assert record is not None
        await self.work.work(record)
        after = await self.store.run(self.store.images.get, image_id)
        assert after is not None
        return after

    def left_over(self) -> list[Path]:
        return list(self.store.blobs.incoming.iterdir())


@asynccontextmanager
async def desk(
    store: Store,
    sources: Mapping[str, LoadedSource],
    on_broken: Callable[[str, PluginError], Awaitable[float]] | None = None,
) -> AsyncIterator[Desk]:
    settings = DownloadSettings(allow_private_hosts=True, requests_per_minute=6000, attempts=1)
    async with HttpFetcher(settings, user_agent="AstroLens/test") as http:
        made: list[Desk] = []
        work = Fetching(
            store,
            sources,
            http,
            limit_bytes=LIMIT,
            on_fetched=lambda: made[0].woken.append(1),
            on_broken=on_broken,
        )
        made.append(Desk(store, work))
        yield made[0]


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, LoadedSource]:
    return {"stranger": stranger(tmp_path / "plugins", READS)}


async def test_a_file_is_copied_and_the_same_bytes_are_a_duplicate(
    store: Store, tmp_path: Path, reader: dict[str, LoadedSource]
) -> None:
    (file,) = paint(tmp_path / "my pictures %41", 1)
    content = file.read_bytes()
    async with desk(store, reader) as one:
        first = await one.fetch(file.as_uri(), key="first")
        assert (first.state, first.size_bytes) == (ImageState.FETCHED, len(content))
        assert first.sha256 == hashlib.sha256(content).hexdigest()
        assert store.blobs.path(first.sha256).read_bytes() == content
        second = await one.fetch(file.as_uri(), key="second")
        assert (second.state, second.duplicate_of) == (ImageState.DUPLICATE, first.image_id)
        assert len(one.woken) == 1
        assert file.exists()
        assert not one.left_over()


async def test_a_file_of_a_source_that_is_gone_is_still_fetched(store: Store, tmp_path: Path) -> None:
    (file,) = paint(tmp_path / "pictures", 1)
    async with desk(store, {}) as one:
        assert (await one.fetch(file.as_uri())).state is ImageState.FETCHED


async def test_what_cannot_be_had_says_why_and_leaves_nothing(
    store: Store, tmp_path: Path, reader: dict[str, LoadedSource]
) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(LIMIT + 1))
    settled(large)
    fresh = tmp_path / "fresh.jpg"
    fresh.write_bytes(b"being written")
    deaf = {**reader, "deaf": await asyncio.to_thread(stranger, tmp_path / "others", NO_READS)}
    cases: list[tuple[str, str, str, type[Exception], str]] = [
        ((tmp_path / "gone.jpg").as_uri(), "stranger", "gone", BadData, "is gone"),
        (large.as_uri(), "stranger", "large file", BadData, "at most"),
        (tmp_path.as_uri(), "stranger", "folder", BadData, "no regular file"),
        (fresh.as_uri(), "stranger", "fresh", Unavailable, "still be written"),
        ("sky:1", "stranger", "bad", BadData, "damaged"),
        ("sky:1", "stranger", "large", BadData, "at most"),
        ("sky:1", "deaf", "mute", BadData, "cannot read it"),
        ("sky:1", "removed", "k", BadData, "not configured any more"),
        ("https://sky.example.org/1", "removed", "k2", BadData, "not configured any more"),
        ("https://elsewhere.example.org/1", "stranger", "elsewhere", BadData, "elsewhere"),
    ]
    async with desk(store, deaf) as one:
        for url, source, key, kind, words in cases:
            with pytest.raises(kind, match=words):
                await one.fetch(url, source, key)
            assert not one.left_over(), key
        assert not one.woken


async def test_a_plugin_makes_the_bytes_and_is_claimed_before(
    store: Store, reader: dict[str, LoadedSource]
) -> None:
    async with desk(store, reader) as one:
        made = await one.fetch("sky:7", key="seven")
        assert made.sha256 == hashlib.sha256(b"made of seven").hexdigest()
        with pytest.raises(Unavailable, match="KeyError"):
            await one.fetch("sky:8", key="raises")
        failed = await store.run(store.images.find, "stranger", "raises")
        assert failed is not None
        record = await store.run(store.images.get, failed)
        assert record is not None
        assert record.in_flight  # had it killed the process, the next start would work on it alone
        assert not made.in_flight


@pytest.mark.parametrize(
    ("key", "words"),
    [("raises", "KeyError: 'a bug'"), ("no bytes", "as str, not bytes"), ("leaves", "SystemExit")],
)
async def test_a_fault_of_the_plugin_costs_no_picture_and_rests_its_source(
    store: Store, reader: dict[str, LoadedSource], key: str, words: str
) -> None:
    told: list[tuple[str, str]] = []

    async def on_broken(name: str, error: PluginError) -> float:
        told.append((name, str(error)))
        return 40.0

    async with desk(store, reader, on_broken) as one:
        with pytest.raises(Unavailable, match=words) as first:
            await one.fetch("sky:1", key=key)
        assert first.value.retry_after_s == 40.0
        with pytest.raises(Unavailable, match="rests for") as second:  # it is not called again meanwhile
            await one.fetch("sky:2", key="good")
        assert 30.0 < (second.value.retry_after_s or 0.0) <= 40.0
        assert [name for name, _ in told] == ["stranger"]
        assert words in told[0][1]
        assert not one.left_over()
        stored = await store.run(store.images.find, "stranger", key)
        assert stored is not None
        kept = await store.run(store.images.get, stored)
        assert kept is not None
        assert kept.state is ImageState.OFFERED


async def test_a_server_is_asked_and_what_it_says_is_kept(store: Store, tmp_path: Path) -> None:
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=b"\xff\xd8\xff picture", headers={"ETag": '"v1"'})

    async def missing(_request: web.Request) -> web.Response:
        return web.Response(status=404)

    async def forbidden(_request: web.Request) -> web.Response:
        return web.Response(status=403)

    async def busy(_request: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "120"})

    async with survey(
        {"/a.jpg": picture, "/gone.jpg": missing, "/busy.jpg": busy, "/private.jpg": forbidden}
    ) as server:
        loaded = await asyncio.to_thread(stranger, tmp_path / "plugins", NO_READS, base_url=server.base)
        async with desk(store, {"stranger": loaded}) as one:
            record = await one.fetch(f"{server.base}/a.jpg", key="a")
            assert (record.state, record.etag) == (ImageState.FETCHED, '"v1"')
            with pytest.raises(BadData, match="404"):
                await one.fetch(f"{server.base}/gone.jpg", key="gone")
            with pytest.raises(Unavailable, match="403"):  # a ban that ends costs no picture
                await one.fetch(f"{server.base}/private.jpg", key="private")
            stored = await store.run(store.images.find, "stranger", "private")
            assert stored is not None
            private = await store.run(store.images.get, stored)
            assert private is not None
            with pytest.raises(BadData, match="403"):
                await one.work.work(replace(private, attempts=5))
            with pytest.raises(Unavailable) as refused:
                await one.fetch(f"{server.base}/busy.jpg", key="busy")
            assert refused.value.retry_after_s is not None
            assert refused.value.retry_after_s >= 100
            assert not one.left_over()


async def test_the_next_visit_asks_for_the_rest_alone(store: Store, tmp_path: Path) -> None:
    body = b"\xff\xd8\xff" + bytes(range(251)) * 12_000
    ranges: list[str | None] = []

    async def breaks_off_once(request: web.Request) -> web.StreamResponse:
        ranges.append(request.headers.get("Range"))
        begin = int((ranges[-1] or "bytes=0-")[6:-1])
        headers = {"ETag": '"v1"', "Content-Length": str(len(body) - begin)}
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        response = web.StreamResponse(status=206 if begin else 200, headers=headers)
        await response.prepare(request)
        await response.write(body[begin:] if begin else body[:2_000_000])
        if not begin and request.transport is not None:
            request.transport.close()
        return response

    async with survey({"/a.jpg": breaks_off_once}) as server:
        loaded = await asyncio.to_thread(stranger, tmp_path / "plugins", NO_READS, base_url=server.base)
        async with desk(store, {"stranger": loaded}) as one:
            with pytest.raises(Unavailable, match="broke off"):
                await one.fetch(f"{server.base}/a.jpg")
        assert one.left_over()
        async with desk(store, {"stranger": loaded}) as one:  # another start
            stored = await store.run(store.images.find, "stranger", "k")
            assert stored is not None
            record = await store.run(store.images.get, stored)
            assert record is not None
            await one.work.work(record)
            after = await store.run(store.images.get, stored)
            assert after is not None
            assert (after.state, after.sha256) == (ImageState.FETCHED, hashlib.sha256(body).hexdigest())
            assert not one.left_over()
    first, second = ranges
    assert first is None
    assert second is not None
    assert 0 < int(second[6:-1]) <= 2_000_000


async def test_an_upload_is_taken_away_once_its_bytes_are_kept(
    store: Store, tmp_path: Path, reader: dict[str, LoadedSource]
) -> None:
    (file,) = paint(tmp_path / "uploads", 1)
    async with desk(store, reader) as one:
        record = await one.fetch(file.as_uri(), UPLOADS)
        assert record.state is ImageState.FETCHED
        assert not file.exists()


async def test_a_fetch_that_is_cancelled_leaves_nothing_that_the_sweep_cannot_remove(
    store: Store, tmp_path: Path
) -> None:
    asked = asyncio.Event()

    async def slow(_request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.sleep(30)
        return web.Response()

    async with survey({"/slow.jpg": slow}) as server:
        loaded = await asyncio.to_thread(stranger, tmp_path / "plugins", NO_READS, base_url=server.base)
        async with desk(store, {"stranger": loaded}) as one, asyncio.TaskGroup() as group:
            task = group.create_task(one.fetch(f"{server.base}/slow.jpg"), name="fetch")
            await asked.wait()
            task.cancel()
        assert not one.left_over()
    (store.blobs.incoming / "killed").write_bytes(b"half a picture")
    assert await store.run(store.sweep, older_than_s=-1.0) == 1
