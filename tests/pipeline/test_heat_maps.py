"""A heat map is learnt from a source's normals once, and there is none without enough of them."""

import asyncio
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.load import load_encoder
from astrolens.pipeline.heat_maps import HeatMaps
from astrolens.pipeline.measure_file import Measured, measure_file, read_reply, request
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.pipeline.pictures import measured, normals, paint
from tests.store.samples import a_verdict


class Reader:
    """Decodes the same few galaxies for every picture, and counts."""

    def __init__(self, files: list[Path], encoder: Encoder, broken: frozenset[int] = frozenset()) -> None:
        self.files, self.encoder, self.broken, self.count = files, encoder, broken, 0

    async def read(self, record: ImageRecord) -> Measured:
        self.count += 1
        if record.image_id in self.broken:
            raise BadData("no picture any more")
        file = self.files[record.image_id % len(self.files)]
        arguments = request(file, DecodeLimits(), self.encoder.preprocessing, thumbnail=False)
        return read_reply(await asyncio.to_thread(measure_file, arguments))


@pytest.fixture
def encoder(tiny_model: Path, tmp_path: Path) -> Encoder:
    return load_encoder(tiny_model, tmp_path / "cache", device="cpu")


def judged(store: Store, count: int, source: str = "sdss") -> list[int]:
    ids = measured(store, normals(count), source)
    store.verdicts.put_many([(number, a_verdict(1.0, Decision.NORMAL)) for number in ids])
    return ids


async def record_of(store: Store, number: int) -> ImageRecord:
    record = await store.run(store.images.get, number)
    assert record is not None
    return record


def test_normals_are_learnt_once(store: Store, paths: Paths, encoder: Encoder, tmp_path: Path) -> None:
    ids = judged(store, 14)
    reader = Reader(paint(tmp_path / "pictures", 6), encoder, broken=frozenset({ids[3]}))
    maps = HeatMaps(store, reader.read, encoder)

    async def ask() -> None:
        first = await maps.draw(await record_of(store, ids[0]))
        assert first is not None
        assert first.values.ndim == 2
        assert reader.count == 13 + 1  # every other one as a normal, and the picture itself
        await maps.draw(await record_of(store, ids[1]))
        assert reader.count == 15
        with pytest.raises(BadData, match="no picture"):
            await maps.draw(await record_of(store, ids[3]))

    asyncio.run(ask())


def test_too_few_normals_or_no_original_make_no_map(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    (lonely, *_) = judged(store, 5)
    reader = Reader(paint(tmp_path / "pictures", 2), encoder)
    maps = HeatMaps(store, reader.read, encoder)

    async def ask() -> None:
        assert await maps.draw(await record_of(store, lonely)) is None
        await store.run(store.database.execute, "UPDATE images SET has_blob = 0 WHERE id = ?", (lonely,))
        before = reader.count
        assert await maps.draw(await record_of(store, lonely)) is None
        assert reader.count == before

    asyncio.run(ask())
