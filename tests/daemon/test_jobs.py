"""Every recurring job, run once on a real house."""

import asyncio
from datetime import timedelta
from pathlib import Path

from astrolens.config.settings import StoreSettings
from astrolens.daemon.house import House
from astrolens.daemon.jobs import jobs_of
from astrolens.daemon.schedule import Job
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import Event, EventKind
from astrolens.pipeline.drift import drift_key
from tests.pipeline.pictures import measured, normals
from tests.store.samples import a_verdict


def job(house: House, name: str) -> Job:
    return next(one for one in jobs_of(house) if one.name == name)


async def store_measured(house: House, count: int, first: int = 0) -> list[int]:
    return await asyncio.to_thread(
        measured, house.store, normals(count, seed=3 + first), "folder", first=first,
        model_id=house.encoder.model_id,
    )  # fmt: skip


async def test_every_job_runs_on_an_empty_house(house: House, heard: list[Event]) -> None:
    jobs = jobs_of(house)
    assert len({one.name for one in jobs}) == len(jobs)
    assert {one.name for one in jobs} >= {"poll folder", "retention", "cross-match sweep", "recalibrate"}
    for one in jobs:
        await one.run()
    assert heard == []


async def test_a_sample_that_grew_is_calibrated_daily(house: House) -> None:
    await store_measured(house, 40)
    await job(house, "recalibrate").run()
    judging = house.flow.judging
    assert await judging.judge_of("folder") is None  # the first calibration is not this job's
    while await judging.judge_waiting():
        pass
    await store_measured(house, 5, first=40)
    await job(house, "recalibrate").run()
    await judging.judge_waiting()
    judge = await judging.judge_of("folder")
    assert judge is not None
    assert judge.state.calibrated == 45
    await store_measured(house, 5, first=60)
    alarm = {"word": "alarm", "state_id": judge.state.state_id}
    await house.store.run(house.store.state.put, drift_key("folder"), alarm)
    await job(house, "recalibrate").run()
    assert judging._orders == {}


async def test_retention_frees_old_normals_only_and_tells_how_much(house: House, heard: list[Event]) -> None:
    store = house.store

    def prepare() -> tuple[list[int], list[Path]]:
        ids = store_normals()
        files = []
        for image_id in ids:
            record = store.images.get(image_id)
            assert record is not None
            assert record.sha256 is not None
            temporary = store.blobs.temporary()
            temporary.write_bytes(bytes(10))
            files.append(store.blobs.add(temporary, record.sha256))
        long_ago = iso(utc_now() - timedelta(days=3))
        store.database.execute("UPDATE images SET changed_at = ?", (long_ago,))
        return ids, files

    def store_normals() -> list[int]:
        ids = measured(store, normals(3), "folder", model_id=house.encoder.model_id)
        decisions = (Decision.NORMAL, Decision.NORMAL, Decision.ANOMALY)
        store.verdicts.put_many(
            [(image_id, a_verdict(2.0, decision)) for image_id, decision in zip(ids, decisions, strict=True)]
        )
        store.images.done_many(ids)
        return ids

    _, files = await asyncio.to_thread(prepare)
    kept = StoreSettings(keep_normal_days=0)
    house.settings = house.settings.model_copy(update={"store": kept})
    await job(house, "retention").run()
    assert heard == []  # 0 days: never
    house.settings = house.settings.model_copy(update={"store": StoreSettings(keep_normal_days=1)})
    await job(house, "retention").run()
    there = await asyncio.to_thread(lambda: [file.exists() for file in files])
    assert there == [False, False, True]
    (event,) = heard
    assert event.kind is EventKind.RETENTION
    assert event.payload == {"freed_bytes": 20, "older_than_days": 1.0}


async def test_the_index_is_saved(house: House) -> None:
    await store_measured(house, 3)
    await job(house, "vector index").run()
    manifest = house.paths.data / "index" / "manifest.json"
    assert await asyncio.to_thread(manifest.exists)


async def test_a_poll_wakes_the_offering(house: House) -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(house.flow.offering.run(), name="offering")
        while not house.flow.offering.exhausted:
            await asyncio.sleep(0.01)
        house.flow.offering.exhausted.clear()
        house.rotation.wake("folder")
        await job(house, "poll folder").run()
        async with asyncio.timeout(4):
            while not house.flow.offering.exhausted:
                await asyncio.sleep(0.01)
        task.cancel()
