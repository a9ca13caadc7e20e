"""A server that is away or slow keeps its own pictures waiting, and nobody else's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.image import ImageState, Offer
from astrolens.pipeline.flow import Ledger
from astrolens.pipeline.lanes import FetchLanes
from astrolens.sources.loader import LoadedSource
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.pipeline.pictures import until
from tests.sources.strangers import load_stranger, write_plugin

NOTHING = """
    async def offers(self, context):
        return
        yield
"""


async def offered(store: Store, source: str, count: int) -> None:
    url = "https://sky.example.org/{}" if source != "near" else "file:///nowhere/{}"
    offers = [Offer(source=source, key=str(n), url=url.format(n) + f"?{source}") for n in range(count)]
    await store.run(store.images.offer_many, offers)


class Desk:
    """Lanes over three sources; the first one's server never answers, the second one's may rest."""

    def __init__(self, store: Store, sources: dict[str, LoadedSource]) -> None:
        self.store = store
        self.seen: Counter[str] = Counter()
        self.rest_s: dict[str, float] = {}
        self.lanes = FetchLanes(
            store, sources, Ledger(take=self._never, park=self._park, wait=self._wait), self._work,
            rest_s=lambda url: self.rest_s.get(url.partition("?")[2], 0.0), per_host=2, ready=self._ready,
        )  # fmt: skip

    async def _ready(self) -> bool:
        return True

    async def _never(self, limit: int, held: Collection[int]) -> Sequence[ImageRecord]:
        raise AssertionError("the lanes take for themselves")

    async def _park(self, image_id: int, reason: str) -> None:
        await self.store.run(self.store.images.parked, image_id, reason)

    async def _wait(self, image_id: int, reason: str, seconds: float) -> None:
        await self.store.run(self.store.images.waits, image_id, reason, "2999-01-01T00:00:00.000Z")

    async def _work(self, record: ImageRecord) -> None:
        self.seen[record.source] += 1
        if record.source == "dead":
            await asyncio.sleep(3600)
        if record.key == "1":
            raise BadData("no picture")
        if record.key == "2":
            raise Unavailable("away")
        digest = f"{record.image_id:064x}"
        await self.store.run(self.store.images.fetched, record.image_id, sha256=digest, size_bytes=1)

    async def offered(self, source: str) -> list[ImageRecord]:
        return await self.store.run(
            self.store.images.next_in, ImageState.OFFERED, 500, source=source, now="2998-01-01"
        )


@asynccontextmanager
async def desk(store: Store, folder: Path) -> AsyncIterator[Desk]:
    def load() -> dict[str, LoadedSource]:
        return {name: load_stranger(write_plugin(folder, NOTHING, name)) for name in ("dead", "fine")}

    one = Desk(store, await asyncio.to_thread(load))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(one.lanes.run(), name="lanes")
        yield one
        task.cancel()


async def test_every_source_has_its_own_lane(store: Store, tmp_path: Path) -> None:
    for source in ("dead", "fine", "near", "gone"):
        await offered(store, source, 40)
    async with desk(store, tmp_path) as one:

        async def others_are_through() -> bool:
            return all(one.seen[name] == 40 for name in ("fine", "near", "gone"))

        await until(others_are_through)
        assert one.seen["dead"] == 4
        assert not one.lanes.idle
        counts = one.lanes.counts
        await until(lambda: _true((counts.done, counts.refused, counts.delayed) == (3 * 38, 3, 3)))
        await until(lambda: _true(len(one.lanes.in_flight) == 4))


async def test_a_host_that_rests_costs_no_attempt_and_no_worker(store: Store, tmp_path: Path) -> None:
    async with desk(store, tmp_path) as one:
        one.lanes.pause()
        one.rest_s["fine"] = 60.0
        await offered(store, "fine", 300)
        one.lanes.resume()
        one.lanes.wake()
        before = iso(utc_now())

        async def all_wait() -> bool:
            return not await store.run(store.images.next_in, ImageState.OFFERED, 1, source="fine")

        await until(all_wait)
        waiting = await one.offered("fine")
        assert len(waiting) == 300
        assert {record.attempts for record in waiting} == {0}
        assert one.seen["fine"] == 0
        one.rest_s.clear()
        await store.run(store.images.hasten, ImageState.OFFERED, "fine")
        one.lanes.wake()
        await until(lambda: _true(one.seen["fine"] == 300))
        assert before < iso(utc_now())


async def _true(condition: bool) -> bool:
    return condition
