"""What the API asks of the daemon, done on a real house."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from astrolens.api.control import Control
from astrolens.daemon.control import HouseControl
from astrolens.daemon.house import House
from astrolens.daemon.metrics import Metrics
from astrolens.daemon.status import StatusDesk
from astrolens.domain.clock import utc_now
from astrolens.domain.errors import BadData
from astrolens.domain.event import Event, EventKind
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState
from astrolens.pipeline.fetching import UPLOADS
from tests.pipeline.pictures import measured, normals, paint, until


class Desk(HouseControl):
    """A control that remembers what it was told about the process."""

    def __init__(self, house: House) -> None:
        self.told: list[str] = []
        super().__init__(
            house,
            StatusDesk(house, "1.2.3"),
            Metrics(),
            reload=self._read,
            stop=lambda: self.told.append("stop"),
            open_anew=lambda: self.told.append("open anew"),
        )

    async def _read(self) -> Sequence[str]:
        self.told.append("reload")
        return ["analyse.model"]


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


async def store_measured(house: House, count: int, first: int = 0) -> list[int]:
    return await asyncio.to_thread(
        measured, house.store, normals(count, seed=3 + first), "folder", first=first,
        model_id=house.encoder.model_id,
    )  # fmt: skip


async def test_words_for_what_it_does(desk: Desk, heard: list[Event]) -> None:
    control: Control = desk
    assert control.state() == "running"
    await control.pause()
    assert control.state() == "paused"
    await control.resume()
    assert control.state() == "running"
    assert list(control.not_ready()) == []
    assert list(await control.reload()) == ["analyse.model"]
    await control.stop()
    assert control.state() == "stopping"
    assert control.not_ready()
    assert desk.told == ["reload", "stop"]
    assert [event.kind for event in heard] == [EventKind.PAUSED, EventKind.RESUMED]


async def test_status_device_and_metrics(desk: Desk) -> None:
    assert (await desk.status())["state"] == "running"
    device = await desk.device()
    assert (device["device"], device["model_id"]) == ("cpu", (await desk.status())["model_id"])
    assert device["memory_bytes"] is None or device["memory_bytes"] > 10_000_000
    text = await desk.metrics()
    families = list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]
    assert any(family.name == "astrolens_state" for family in families)


async def test_an_upload_is_offered_once_and_the_same_bytes_under_two_names_are_one_picture(
    desk: Desk, house: House, tmp_path: Path
) -> None:
    def sent(number: int) -> Path:
        (file,) = paint(tmp_path / f"sent{number}", 1)
        return file

    first = await desk.submit(await asyncio.to_thread(sent, 1), "a.jpg")
    assert await desk.submit(await asyncio.to_thread(sent, 2), "a.jpg") == first
    other = await desk.submit(await asyncio.to_thread(sent, 3), "b \x1b[31m\n.jpg")
    assert other != first
    record = await house.store.run(house.store.images.get, other)
    assert record is not None
    assert record.key.isprintable()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(house.flow.fetching.run(), name="fetching")

        async def arrived() -> bool:
            counts = await house.store.run(house.store.statistics.by_state)
            return counts[ImageState.OFFERED] == 0 and house.flow.fetching.counts.done == 2

        await until(arrived)
        task.cancel()
    states = await house.store.run(house.store.statistics.by_state)
    assert (states[ImageState.FETCHED], states[ImageState.DUPLICATE], states[ImageState.PARKED]) == (1, 1, 0)
    assert await desk.submit(await asyncio.to_thread(sent, 4), "a.jpg") == first
    left = await asyncio.to_thread(lambda: list((house.paths.data / UPLOADS).iterdir()))
    assert left == []  # nobody fetches a known one again, so its bytes do not stay
    digest = await asyncio.to_thread(lambda: hashlib.sha256(sent(5).read_bytes()).hexdigest())
    assert await asyncio.to_thread(house.store.blobs.path(digest).exists)


async def test_a_source_is_calibrated_when_it_has_enough(desk: Desk, house: House) -> None:
    await store_measured(house, 30)
    with pytest.raises(BadData, match="30 measured pictures; 40 are needed"):
        await desk.recalibrate("folder")
    with pytest.raises(BadData, match="calibrating"):
        await desk.rejudge(1)
    await desk.recalibrate(None)
    assert not await house.flow.judging.judge_waiting()
    ids = await store_measured(house, 20, first=30)
    await desk.recalibrate("folder")
    await house.flow.judging.judge_waiting()
    await desk.rejudge(ids[0])
    assert await house.store.run(house.store.verdicts.get, ids[0]) is not None


async def test_a_source_is_asked_at_once(desk: Desk, house: House, pictures: Path) -> None:
    assert list(desk.source_names()) == ["folder"]
    house.rotation.record_failure("folder", utc_now(), "x")
    await asyncio.to_thread(paint, pictures, 2)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(house.flow.offering.run(), name="offering")

        async def offered() -> bool:
            await desk.poll_now("folder")
            return house.flow.offering.counts.done == 2

        await until(offered)
        task.cancel()


async def test_catalogues_without_a_position_or_a_picture(
    desk: Desk, house: House, heard: list[Event]
) -> None:
    (image_id,) = await store_measured(house, 1)
    assert list(await desk.crossref(image_id)) == []
    record = await house.store.run(house.store.images.get, image_id)
    assert record is not None
    assert record.catalogue is CatalogState.NO_POSITION
    assert heard[-1].kind is EventKind.CROSS_MATCHED
    with pytest.raises(BadData, match="no image 99"):
        await desk.crossref(99)
    assert await desk.crossref_later([image_id, image_id]) == 1


async def test_a_house_without_a_source_says_what_to_do(desk: Desk, house: House) -> None:
    house.sources = ()
    assert desk.state() == "degraded"
    assert "enabled = true" in (await desk.status())["reasons"][0]
