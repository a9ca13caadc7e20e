"""Opening, closing, and calling from the loop."""

import asyncio
import os
import sqlite3
import threading

import pytest

from astrolens.config.paths import Paths
from astrolens.domain.errors import ConfigError
from astrolens.domain.image import ImageState
from astrolens.store.store import Store, check, open_store
from tests.store.samples import an_offer, analysed, offered


async def test_run_calls_in_a_thread_and_gives_errors_back(paths: Paths) -> None:
    store = await asyncio.to_thread(open_store, paths)
    (image_id,) = await store.run(store.images.offer_many, [an_offer(1)])
    record = await store.run(store.images.get, image_id)
    assert record is not None
    assert len(await store.run(store.images.next_in, ImageState.OFFERED, 5, exclude=[])) == 1
    with pytest.raises(ValueError, match="no image 99"):
        await store.run(store.images.fetched, 99, sha256="0" * 64, size_bytes=1)
    await asyncio.to_thread(store.close)


async def test_many_at_once_share_commits(paths: Paths) -> None:
    store = await asyncio.to_thread(open_store, paths)
    async with asyncio.TaskGroup() as group:
        for number in range(100):
            group.create_task(store.run(store.images.offer_many, [an_offer(number)]))
    assert await store.run(store.statistics.images) == 100
    await asyncio.to_thread(store.close)


async def test_a_person_does_not_wait_behind_the_flow(paths: Paths) -> None:
    store = await asyncio.to_thread(open_store, paths)
    people = store.for_people()
    (image_id,) = await store.run(store.images.offer_many, [an_offer(1)])
    goes_on = threading.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(50):  # more than the flow has threads
            group.create_task(store.run(goes_on.wait))
        async with asyncio.timeout(10.0):
            record = await people.run(people.images.get, image_id)
        goes_on.set()
    assert record is not None
    await asyncio.to_thread(store.close)
    with pytest.raises(RuntimeError):
        await people.run(people.images.get, image_id)


def test_closing_twice_is_closing_once(paths: Paths) -> None:
    store = open_store(paths)
    analysed(store, 1)
    store.close()
    store.close()
    assert (paths.data / "index" / "manifest.json").exists()


def test_everything_lies_in_one_private_folder(paths: Paths) -> None:
    open_store(paths).close()
    assert paths.data.stat().st_mode & 0o077 == 0
    assert {"astrolens.db", "blobs", "index"} <= {path.name for path in paths.data.iterdir()}


def test_looking_only_counts_no_crash_and_writes_no_index(paths: Paths) -> None:
    store = open_store(paths)
    (image_id,) = analysed(store, 1)
    store.images.claim([image_id], alone=True)
    other = open_store(paths, owner=False)
    assert len(other.vectors) == 1
    other.close()
    assert list((paths.data / "index").iterdir()) == []
    record = store.images.get(image_id)
    assert record is not None
    assert record.in_flight
    store.close()


def test_similar_needs_an_analysis(store: Store) -> None:
    (image_id,) = offered(store, 1)
    with pytest.raises(ValueError, match="was not measured"):
        store.similar(image_id)
    numbers = analysed(store, 3, "legacy")
    rows = store.similar(numbers[0], 5)
    assert {row["id"] for row in rows} == set(numbers[1:])
    assert rows[0]["similarity"] >= rows[1]["similarity"]


def test_foreign_file_is_refused_with_a_remedy(paths: Paths) -> None:
    paths.data.mkdir(mode=0o700)
    paths.database.write_bytes(b"a diary, not a database" * 50)
    with pytest.raises(ConfigError, match="restore a backup"):
        open_store(paths)


def test_damage_is_found_at_open(paths: Paths) -> None:
    store = open_store(paths)
    store.images.offer_many([an_offer(number) for number in range(2000)])
    store.close()
    with paths.database.open("r+b") as file:
        for page in range(8, 60):
            file.seek(page * 4096 + 8)
            file.write(os.urandom(64))
    with pytest.raises(ConfigError, match="damaged"):
        open_store(paths).close()
    with pytest.raises(ConfigError, match="damaged"):
        check(paths.database)
    check(paths.database, limit_bytes=1)


def test_a_reader_outside_sees_wal_and_foreign_keys(store: Store) -> None:
    assert store.database.write(lambda c: c.execute("PRAGMA foreign_keys").fetchone()[0]) == 1
    outside = sqlite3.connect(store.database.path)
    assert outside.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    outside.close()
