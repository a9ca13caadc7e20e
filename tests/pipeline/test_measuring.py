"""From bytes in the blob folder to an analysis in the store, through a real limited process."""

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from astrolens.domain.errors import BadData
from astrolens.domain.image import ImageState, Offer
from astrolens.domain.sky import SkyPosition
from astrolens.models.load import load_encoder
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.measure_file import FUNCTION
from astrolens.pipeline.measuring import Measuring
from astrolens.pipeline.sandbox import Sandbox
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.download.pictures import LIMITS, fits_bytes, galaxy, saved
from tests.pipeline.pictures import paint
from tests.pipeline.test_measure_file import WCS


def fetched(store: Store, file: Path, key: str) -> int:
    """Bring a file as far as FETCHED."""
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    store.blobs.add(file, digest)
    position = SkyPosition(ra_deg=1.0, dec_deg=2.0)
    offer = Offer(source="sky", key=key, url=f"sky:{key}", position=position, pixel_scale_arcsec=0.5)
    (image_id,) = store.images.offer_many([offer])
    store.images.fetched(image_id, sha256=digest, size_bytes=len(content))
    return image_id


def looks_the_same(file: Path, into: Path) -> Path:
    """The same picture with other bytes."""
    with Image.open(file) as picture:
        picture.save(into)
    return into


async def test_pictures_are_measured_and_broken_ones_refused(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    def prepare() -> list[int]:
        first, second = paint(tmp_path, 2)
        twin = looks_the_same(first, tmp_path / "twin.png")
        plate = saved(tmp_path / "a.fits", fits_bytes(galaxy(), WCS))
        broken = saved(tmp_path / "broken.jpg", b"\xff\xd8\xff\xe0 cut off")
        files = (first, second, twin, plate, broken)
        return [fetched(store, file, str(number)) for number, file in enumerate(files)]

    ids = await asyncio.to_thread(prepare)
    encoder = await asyncio.to_thread(load_encoder, tiny_model, tmp_path / "cache")
    lane = EncoderLane(encoder.encode, 4)
    woken: list[int] = []

    async def record(image_id: int) -> ImageRecord:
        found = await store.run(store.images.get, image_id)
        assert found is not None
        return found

    async with (
        Sandbox(FUNCTION, processes=1, memory_mb=2048, timeout_s=20) as sandbox,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(lane.run(), name="lane")
        work = Measuring(store, sandbox, encoder, lane, LIMITS, lambda: woken.append(1))
        for image_id in ids[:4]:
            await work.work(await record(image_id))
        with pytest.raises(BadData):
            await work.work(await record(ids[4]))
        running.cancel()

    seen = [await record(image_id) for image_id in ids]
    assert [one.state for one in seen] == [ImageState.ANALYSED] * 4 + [ImageState.FETCHED]
    assert len(woken) == 4
    assert not seen[4].in_flight  # the limited process died or refused alone: nobody is suspected
    assert [one.near_duplicate_of for one in seen] == [None, None, ids[0], None, None]
    assert seen[0].sha256 is not None
    assert await store.run(store.blobs.thumbnail, seen[0].sha256) is not None
    assert seen[0].position is not None
    assert seen[0].position.ra_deg == 1.0  # what the source said, where the file is silent
    assert seen[3].position is not None
    assert seen[3].position.ra_deg == pytest.approx(210.0, abs=0.01)
    analysis = await store.run(store.analyses.get, ids[0])
    assert analysis is not None
    assert analysis.model_id == encoder.model_id
    assert analysis.class_names == encoder.class_names
    assert np.isfinite(analysis.embedding).all()
    assert analysis.morphology.half_light_radius_arcsec > 0
