"""A new source whose objects fill another share of its pictures gets the crop that suits, before its first verdict."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.config.settings import DetectSettings
from astrolens.domain.errors import BadData
from astrolens.domain.event import EventKind
from astrolens.domain.image import ImageState
from astrolens.models.cropped import with_crop
from astrolens.models.encoder import Encoder
from astrolens.models.load import load_encoder
from astrolens.models.preprocessing import Crop
from astrolens.models.vit import VitEncoder
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.crops import Crops, crop_name, framing_name
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.measure_file import FUNCTION
from astrolens.pipeline.measuring import Measuring
from astrolens.pipeline.sandbox import Sandbox
from astrolens.pipeline.source_framing import SourceFraming
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.download.pictures import LIMITS
from tests.pipeline.pictures import measured, normals, until
from tests.pipeline.test_framing import paint_disks
from tests.pipeline.test_measuring import fetched
from tests.store.samples import in_force
from tests.store.test_state import fitted

SETTINGS = DetectSettings(calibration_images=40, calibration_limit=100, budget_per_1000=20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What measures and judges, as the daemon puts it together."""

    store: Store
    encoder: Encoder
    crops: Crops
    measure: Measuring
    judging: Judging
    sandbox: Sandbox
    lane: EncoderLane
    woken: list[int]

    def measuring(self, encoder: Encoder) -> Measuring:
        return Measuring(self.store, self.sandbox, encoder, self.lane, LIMITS, lambda: None)

    async def waiting(self) -> Sequence[ImageRecord]:
        return await self.store.run(self.store.images.next_in, ImageState.FETCHED, 99)

    async def measure_all(self) -> None:
        for record in await self.waiting():
            await self.measure.work(record)

    async def embeddings(self) -> NDArray[np.float32]:
        ids, _ = await self.store.run(self.store.analyses.sample, "sky", self.encoder.model_id, 99)
        return await self.store.run(self.store.analyses.embeddings, ids)


@asynccontextmanager
async def put_together(
    store: Store, tmp_path: Path, tiny_model: Path, *, radius: float, automatic: bool = True
) -> AsyncIterator[Room]:
    def prepare() -> Encoder:
        for number, file in enumerate(paint_disks(tmp_path / "disks", radius, 40)):
            fetched(store, file, str(number))
        return load_encoder(tiny_model, tmp_path / "cache")

    encoder = await asyncio.to_thread(prepare)
    lane, crops = EncoderLane(encoder.encode, 4), Crops(automatic=automatic)
    await store.run(store.state.put, crop_name("sky", encoder.model_id), "fraction")
    woken: list[int] = []
    async with (
        Sandbox(FUNCTION, processes=1, memory_mb=2048, timeout_s=20) as sandbox,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(lane.run(), name="lane")
        measure = Measuring(store, sandbox, encoder, lane, LIMITS, lambda: None, crops)
        framing = SourceFraming(store, crops, encoder, measure.radius, woken.append)
        judging = Judging(store, SETTINGS, encoder.model_id, Announcer(store), framing=framing)
        yield Room(
            store=store, encoder=encoder, crops=crops, measure=measure, judging=judging, woken=woken,
            sandbox=sandbox, lane=lane,
        )  # fmt: skip
        running.cancel()


async def records(store: Store) -> list[ImageRecord]:
    found = [await store.run(store.images.get, number) for number in range(1, 41)]
    return [one for one in found if one is not None]


async def reasons(store: Store) -> list[str]:
    events = await store.run(store.events.after, 0)
    return [str(event.payload["reason"]) for event in events if event.kind is EventKind.CALIBRATED]


@pytest.mark.process
async def test_pictures_framed_otherwise_are_measured_again_before_the_first_calibration(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    async with put_together(store, tmp_path, tiny_model, radius=0.12) as room:
        await room.measure_all()
        before = await room.embeddings()
        assert await room.judging.judge_waiting()
        assert len(await room.waiting()) == 40
        assert room.woken == [40]
        assert await reasons(store) == []
        assert await store.run(store.state.get, framing_name("sky")) == pytest.approx(0.13, abs=0.02)
        assert not await room.judging.judge_waiting()  # nothing is left of the first measurement
        await room.measure_all()
        while await room.judging.judge_waiting():
            pass
        assert await reasons(store) == [
            "first 40 pictures of this source; the crop follows each object's size"
        ]
        after = await room.embeddings()
        direct = with_crop(room.encoder, Crop.OBJECT)
        (record,) = [one for one in await records(store) if one.offer.key == "0"]
        expected = await room.measuring(direct).again(record)
        assert not np.allclose(after, before, atol=1e-3)
        assert np.allclose(after[0], expected.embedding, atol=1e-5)


@pytest.mark.process
async def test_pictures_framed_as_usual_are_measured_once(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    async with put_together(store, tmp_path, tiny_model, radius=0.25) as room:
        await room.measure_all()
        while await room.judging.judge_waiting():
            pass
        assert await reasons(store) == ["first 40 pictures of this source"]
        assert not room.woken
        assert not room.crops.is_open("sky", room.encoder.preprocessing)
        assert await store.run(store.state.get, framing_name("sky")) == pytest.approx(0.26, abs=0.02)


@pytest.mark.process
async def test_what_is_in_work_while_the_crop_changes_is_measured_again(
    store: Store, tmp_path: Path, tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with put_together(store, tmp_path, tiny_model, radius=0.12) as room, asyncio.TaskGroup() as group:
        record = (await room.waiting())[0]
        name = crop_name("sky", room.encoder.model_id)
        await store.run(store.state.put, name, "object")  # stored, and not yet known to the stage
        work = group.create_task(room.measure.work(record), name="in work")

        async def refused() -> bool:
            return "the crop of its source has changed" in caplog.text

        await until(refused)
        assert await store.run(store.analyses.get, record.image_id) is None
        room.crops.found("sky", 0.12)
        await work
        kept = await store.run(store.analyses.get, record.image_id)
        expected = await room.measuring(with_crop(room.encoder, Crop.OBJECT)).again(record)
        assert kept is not None
        assert np.allclose(kept.embedding, expected.embedding, atol=1e-5)


async def no_radius(record: ImageRecord) -> float:
    raise AssertionError(f"image {record.image_id} is looked at")


async def unreadable(record: ImageRecord) -> float:
    raise BadData(f"image {record.image_id} is not there")


def framing(
    store: Store,
    crops: Crops,
    encoder: VitEncoder,
    radius: Callable[[ImageRecord], Awaitable[float]] = no_radius,
) -> SourceFraming:
    return SourceFraming(store, crops, encoder, radius, lambda _count: None)


def forty(store: Store, encoder: VitEncoder) -> None:
    measured(store, normals(40), source="sky", model_id=encoder.model_id)


def test_nothing_is_looked_at_where_it_is_too_early_too_late_or_said(store: Store, tiny_model: Path) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    forty(store, encoder)
    said = Crops({"sky": Crop.FRACTION}, automatic=True)
    for crops, fewest in ((said, 40), (Crops(automatic=False), 40), (Crops(automatic=True), 41)):
        assert not asyncio.run(framing(store, crops, encoder).settle("sky", fewest))
        assert store.state.get(framing_name("sky"), "never looked at") == "never looked at"
    in_force(store, fitted(1, source="sky", model_id="a former one"))
    crops = Crops(automatic=True)
    assert not asyncio.run(framing(store, crops, encoder).settle("sky", 40))
    assert store.state.get(framing_name("sky"), "never looked at") is None
    assert not crops.is_open("sky", encoder.preprocessing)
    assert store.analyses.count("sky", encoder.model_id) == 40


def test_pictures_that_cannot_be_read_tell_nothing(store: Store, tiny_model: Path) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    forty(store, encoder)
    crops = Crops(automatic=True)
    assert not asyncio.run(framing(store, crops, encoder, unreadable).settle("sky", 40))
    assert store.state.get(framing_name("sky"), "never looked at") is None
    assert crops.of("sky", encoder.preprocessing) is Crop.FRACTION
