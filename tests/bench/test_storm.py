"""The house of the storm answers what the terminal asks."""

from pathlib import Path

from astrolens.api.hub import EventHub
from astrolens.bench.storm import StormControl, _storm
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.domain.event import Event
from astrolens.store.store import Store, open_store


async def opened(folder: Path) -> Store:
    import asyncio

    return await asyncio.to_thread(lambda: open_store(resolve(Settings(), folder / "astrolens.toml")))


async def test_it_publishes_what_it_has_stored(tmp_path: Path) -> None:
    import asyncio

    store = await opened(tmp_path)
    try:
        hub = EventHub()
        with hub.subscribed() as reader:
            said = await _storm(store, hub, 2_000, 0.4)
            assert said["readers"] == 1
            assert (await StormControl(store).status())["last_event"] == said["last"]
            assert 400 <= said["published"] <= 1_000
            first = await reader.wait_next()
            assert isinstance(first, Event)
            assert first.sequence == 1
        fast = await _storm(store, hub, 0, 0.2)
        assert fast["last"] == said["last"] + fast["published"]
    finally:
        await asyncio.to_thread(store.close)
