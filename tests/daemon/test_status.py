"""The status reply on a real house: counts, waiting times, words for sources."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import get_type_hints

from astrolens.api.wire_status import SourceStatus, StageStatus, StatusReply
from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.daemon.status import StatusDesk
from astrolens.domain.clock import iso, utc_now
from tests.pipeline.pictures import measured, normals


async def status(house: House) -> StatusReply:
    return await house.store.run(StatusDesk(house, "1.2.3").status, "running", [])


def stage(reply: StatusReply, name: str) -> StageStatus:
    return next(one for one in reply["stages"] if one["name"] == name)


async def test_an_empty_house(house: House) -> None:
    reply = await status(house)
    assert set(reply) == set(get_type_hints(StatusReply))
    assert set(reply["sources"][0]) == set(get_type_hints(SourceStatus))
    assert (reply["images"], reply["anomalies"], reply["labels"]) == (0, 0, 0)
    assert not reply["demo"]
    assert reply["disk_free_bytes"] > 0
    assert reply["sources"][0]["state"] == "calibrating"
    assert all(one["oldest_waiting_s"] is None for one in reply["stages"])


async def test_calibration_verdicts_and_waiting_are_counted(house: House) -> None:
    model_id = house.encoder.model_id
    await asyncio.to_thread(measured, house.store, normals(30), "folder", model_id=model_id)
    reply = await status(house)
    source = reply["sources"][0]
    assert (source["calibration_seen"], source["calibration_wanted"], source["calibrated"]) == (30, 40, False)
    assert source["realised_per_1000"] is None
    assert stage(reply, "judged")["waiting"] == 30
    await asyncio.to_thread(measured, house.store, normals(30, seed=2), "folder", first=30, model_id=model_id)
    while await house.flow.judging.judge_waiting():
        pass
    reply = await status(house)
    source = reply["sources"][0]
    assert (source["state"], source["calibrated"], source["calibration_seen"]) == ("ok", True, 40)
    assert source["realised_per_1000"] == 1000.0 * reply["anomalies"] / 60
    assert stage(reply, "judged")["waiting"] == 0
    assert stage(reply, "looked up")["waiting"] == 60
    oldest = stage(reply, "looked up")["oldest_waiting_s"]
    assert oldest is not None
    assert 0 <= oldest < 20


async def test_what_is_put_off_has_not_waited_for_a_negative_time(house: House) -> None:
    def put_off() -> None:
        (image_id,) = measured(house.store, normals(1), "folder", model_id=house.encoder.model_id)
        house.store.images.waits(image_id, "later", iso(utc_now() + timedelta(hours=1)))

    await asyncio.to_thread(put_off)
    assert stage(await status(house), "judged")["oldest_waiting_s"] == 0.0


async def test_a_resting_source_says_why_and_until_when(house: House) -> None:
    house.rotation.record_failure("folder", datetime.now(UTC), "the disk is away", retry_after_s=100.0)
    source = (await status(house))["sources"][0]
    assert (source["state"], source["reason"]) == ("resting", "the disk is away")
    assert source["next_poll_s"] is not None
    assert 90 < source["next_poll_s"] <= 100


async def test_broken_and_absent_sources(settings: Settings, paths: Paths) -> None:
    tables = {"simulated": settings.sources["folder"]}  # with options that it does not know
    async with open_house(settings.model_copy(update={"sources": tables}), paths, quiet=True) as house:
        reply = await status(house)
        assert reply["sources"][0]["state"] == "failed"
        assert "path" in reply["sources"][0]["reason"]
        assert reply["demo"]
    async with open_house(settings.model_copy(update={"sources": {}}), paths, quiet=True) as house:
        reply = await status(house)
        assert reply["sources"] == []
        assert not reply["demo"]
