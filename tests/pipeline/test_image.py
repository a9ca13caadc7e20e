"""The whole image branch on real parts: sixty small pictures, and a kill in every state."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.domain.event import Event, EventKind
from astrolens.domain.image import ImageState
from astrolens.pipeline.image import room_for
from astrolens.store.store import Store, open_store
from tests.pipeline.pictures import killed, paint, settled, stand_still, until

pytestmark = pytest.mark.process
PICTURES = 60


def settings_for(pictures: Path, model: Path, **detect: Any) -> Settings:
    return Settings.model_validate(
        {
            "analyse": {"model": str(model)},
            "detect": {"calibration_images": 40, "budget_per_1000": 20.0, **detect},
            "catalog": {"enabled": False},
            "notify": {"desktop": False},
            "sources": {
                "folder": {
                    "enabled": True, "path": str(pictures), "settle_s": 0.1, "batch": 16, "interval_s": 60.0,
                }
            },
        }
    )  # fmt: skip


@asynccontextmanager
async def at_work(settings: Settings, paths: Paths) -> AsyncIterator[House]:
    """A house whose flow runs until the block ends."""
    async with open_house(settings, paths, quiet=True) as house, asyncio.TaskGroup() as group:
        flow = group.create_task(house.flow.run(), name="flow")
        yield house
        flow.cancel()


async def rest(house: House) -> None:
    async with asyncio.timeout(19):
        while not (house.flow.offering.has_given_all() and await house.flow.is_at_rest()):
            await asyncio.sleep(0.02)


def by_state(store: Store) -> dict[ImageState, int]:
    return {state: count for state, count in store.statistics.by_state().items() if count}


async def test_from_a_folder_to_verdicts(tmp_path: Path, paths: Paths, tiny_model: Path) -> None:
    pictures = tmp_path / "pictures"
    files = await asyncio.to_thread(paint, pictures, PICTURES)

    def more() -> None:
        shutil.copy2(files[0], pictures / "same bytes.jpg")
        with Image.open(files[1]) as picture:
            picture.save(pictures / "same look.png")
        settled(pictures / "same look.png")
        (pictures / "page.jpg").write_text("<html>maintenance</html>")
        settled(pictures / "page.jpg")

    await asyncio.to_thread(more)
    await asyncio.to_thread(stand_still, pictures)
    heard: list[Event] = []
    settings = settings_for(pictures, tiny_model)
    async with open_house(settings, paths, quiet=True, publish=heard.append) as house:
        house.flow.pause()
        async with asyncio.TaskGroup() as group:
            flow = group.create_task(house.flow.run(), name="flow")
            await asyncio.sleep(0.1)
            assert house.flow.paused
            assert await house.store.run(by_state, house.store) == {}
            house.flow.resume()
            await rest(house)
            await house.flow.wait_in_flight_done()
            assert not await house.flow.is_work_waiting()
            lines = {line.name: line for line in house.flow.lines()}
            flow.cancel()
        counts = await house.store.run(by_state, house.store)
        assert counts == {ImageState.DONE: PICTURES + 1, ImageState.DUPLICATE: 1, ImageState.PARKED: 1}

        def look() -> tuple[Any, Any, Any]:
            store = house.store
            return tuple(
                store.images.get(store.images.find("folder", key) or 0)
                for key in ("same bytes.jpg", "galaxy0000.jpg", "same look.png")
            )  # type: ignore[return-value]

        copy, original, twin = await house.store.run(look)
        # The one that came first is the original; files are offered in the order of their names.
        assert copy.duplicate_of == original.image_id
        assert twin.near_duplicate_of == await house.store.run(
            house.store.images.find, "folder", "galaxy0001.jpg"
        )
        assert lines["offered"].counts.done == PICTURES + 3
        assert lines["downloaded"].counts.done == PICTURES + 3
        assert (lines["measured"].counts.done, lines["measured"].counts.refused) == (PICTURES + 1, 1)
        assert lines["judged"].counts.done == PICTURES + 1
        assert lines["stored"].counts.done == PICTURES + 1
        assert all(line.in_flight == 0 for line in lines.values())
    done = [event.image_id for event in heard if event.kind is EventKind.IMAGE_DONE]
    assert len(done) == len(set(done)) == PICTURES + 1
    assert sum(event.kind is EventKind.CALIBRATED for event in heard) >= 1


async def test_a_kill_in_every_state_loses_and_doubles_nothing(
    tmp_path: Path, paths: Paths, tiny_model: Path
) -> None:
    pictures = tmp_path / "pictures"
    await asyncio.to_thread(paint, pictures, 44)
    await asyncio.to_thread(stand_still, pictures)
    settings = settings_for(pictures, tiny_model)
    async with at_work(settings, paths) as house:
        await rest(house)
    store = await asyncio.to_thread(open_store, paths)

    def throw_back() -> None:
        """Put pictures into each state as a kill between two transactions would leave them."""

        def work(connection: Any) -> None:
            for state, ids in (("offered", "1,2,3"), ("fetched", "4,5,6"), ("analysed", "7,8,9")):
                connection.execute(f"DELETE FROM verdicts WHERE image_id IN ({ids})")
                connection.execute(f"DELETE FROM verdict_history WHERE image_id IN ({ids})")
                sql = f"UPDATE images SET state = '{state}', due_at = offered_at, decision = NULL"
                connection.execute(f"{sql}, sigma = NULL, oddness = NULL WHERE id IN ({ids})")
                if state != "analysed":
                    connection.execute(f"DELETE FROM analyses WHERE image_id IN ({ids})")
            connection.execute("UPDATE images SET state = 'judged', due_at = offered_at WHERE id IN (10,11)")
            connection.execute("UPDATE images SET sha256 = NULL, has_blob = 0 WHERE id IN (1,2,3)")

        store.database.write(work)
        killed(store)

    await asyncio.to_thread(throw_back)
    async with at_work(settings, paths) as house:
        await rest(house)
        assert await house.store.run(by_state, house.store) == {ImageState.DONE: 44}
        assert await house.store.run(house.store.statistics.images) == 44

        def whole() -> bool:
            with house.store.database.read() as connection:
                return all(
                    connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 44
                    for table in ("analyses", "verdicts")
                )

        assert await house.store.run(whole)


async def test_who_was_in_work_at_a_crash_is_worked_on_alone_and_parked_at_the_second(
    tmp_path: Path, paths: Paths, tiny_model: Path
) -> None:
    pictures = tmp_path / "pictures"
    await asyncio.to_thread(paint, pictures, 12)
    await asyncio.to_thread(stand_still, pictures)
    settings = settings_for(pictures, tiny_model)

    def die_with(claimed: Callable[[Store], None]) -> None:
        store = open_store(paths)
        claimed(store)
        killed(store)

    async with open_house(settings, paths, quiet=True) as house:
        house.flow.measuring.pause()
        async with asyncio.TaskGroup() as group:
            flow = group.create_task(house.flow.run(), name="flow")

            async def fetched() -> bool:
                return (await house.store.run(by_state, house.store)).get(ImageState.FETCHED) == 12

            await until(fetched)
            flow.cancel()
    await asyncio.to_thread(die_with, lambda store: store.images.claim([3, 5]))
    await asyncio.to_thread(die_with, lambda store: store.images.claim([5], alone=True))
    await asyncio.to_thread(die_with, lambda store: store.images.claim([5], alone=True))
    company: dict[int, set[int]] = {}
    async with open_house(settings, paths, quiet=True) as house:
        stage = house.flow.measuring
        before = stage._work

        async def watched(record: Any) -> None:
            await before(record)
            company[record.image_id] = set(stage.in_flight)

        stage._work = watched
        async with asyncio.TaskGroup() as group:
            flow = group.create_task(house.flow.run(), name="flow")
            await rest(house)
            flow.cancel()
        parked = await house.store.run(house.store.images.get, 5)
        assert parked is not None
        assert (parked.state, parked.reason) == (ImageState.PARKED, "in flight at two crashes")
        assert company[3] == {3}
        assert set(company) == set(range(1, 13)) - {5}
        counts = await house.store.run(by_state, house.store)
        assert counts == {ImageState.ANALYSED: 11, ImageState.PARKED: 1}


async def test_room_is_counted_in_a_state(store: Store) -> None:
    assert await room_for(store, ImageState.OFFERED, 1)()
    assert not await room_for(store, ImageState.OFFERED, 0)()
