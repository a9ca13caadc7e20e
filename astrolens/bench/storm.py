"""A house of nothing but its API and its events: ``python -m astrolens.bench.storm CONFIGURATION``.

Reads ``RATE SECONDS`` from standard input, stores and publishes that many events a second, and answers with a line
of JSON. Events take the way of the real daemon: one transaction, then the hub.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from astrolens.api.context import ApiContext
from astrolens.api.control import Control
from astrolens.api.hub import EventHub
from astrolens.api.server import build_app, serving
from astrolens.api.wire_status import StatusReply
from astrolens.config.load import load
from astrolens.config.paths import make_private, resolve
from astrolens.config.settings import Settings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.store.store import Store, open_store

_BATCHES_PER_S = 20
_FINDING_EVERY = 100


class StormControl:
    """As much of a daemon as the terminal asks about.

    Parameters
    ----------
    store : Store
        Gives the number of the newest event.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._began = time.monotonic()

    def state(self) -> str:
        """Word for what it does.

        Returns
        -------
        str
            Always running.
        """
        return "running"

    def not_ready(self) -> Sequence[str]:
        """What stands in the way.

        Returns
        -------
        sequence of str
            Nothing.
        """
        return ()

    def source_names(self) -> Sequence[str]:
        """Sources.

        Returns
        -------
        sequence of str
            None.
        """
        return ()

    async def attached(self) -> None:
        """Somebody follows the events: nothing to get ready."""

    async def status(self) -> StatusReply:
        """What the overview shows.

        Returns
        -------
        StatusReply
            Of a house without sources.
        """
        return StatusReply(
            version="0", wire_version=1, pid=os.getpid(), state="running", reasons=[], started_at=iso(utc_now()),
            uptime_s=time.monotonic() - self._began, model_id="none", budget_per_1000=1.0, near_miss_factor=5.0,
            stages=[], sources=[], images=0, anomalies=0, near_misses=0, parked=0, duplicates=0,
            unlabelled_anomalies=0, labels=0, images_per_hour=[0] * 24, anomalies_per_day=[0] * 30,
            anomalies_per_night=[0] * 30, near_misses_per_night=[0] * 30, disk_free_bytes=10**10, data_bytes=0,
            database_bytes=0, last_event=await self._store.run(self._store.events.last), demo=True,
        )  # fmt: skip


async def _storm(store: Store, hub: EventHub, rate: int, seconds: float) -> dict[str, Any]:
    """Publish at a rate; 0: as fast as it goes."""
    batch = max(1, rate // _BATCHES_PER_S) if rate else 500
    published, last = 0, 0
    began, spent = time.monotonic(), time.process_time()
    while (passed := time.monotonic() - began) < seconds:
        if rate and published >= rate * passed:
            await asyncio.sleep(min(1 / _BATCHES_PER_S, published / rate - passed))
            continue
        now = iso(utc_now())
        events = [
            Event(kind=EventKind.FINDING, at=now, image_id=None, payload={"source": "storm", "sigma": 4.0})
            if number % _FINDING_EVERY == 0
            else Event(kind=EventKind.IMAGE_DONE, at=now, image_id=None, payload={"source": "storm"})
            for number in range(published, published + batch)
        ]
        for event in await store.run(store.events.add_many, events):
            hub.publish(event)
            last = event.sequence
        published += batch
        await asyncio.sleep(0)
    return {
        "published": published, "last": last, "wall_s": time.monotonic() - began,
        "cpu_s": time.process_time() - spent, "readers": hub.readers(),
    }  # fmt: skip


async def _serve(store: Store, settings: Settings, path: Path) -> None:
    hub = EventHub()
    control = cast(Control, StormControl(store))
    context = ApiContext(store=store, control=control, hub=hub, upload_limit_bytes=1, version="0")
    async with serving(build_app(context, settings), path):
        _say({"socket": str(path)})
        while line := await asyncio.to_thread(sys.stdin.readline):
            rate, seconds = line.split()
            _say(await _storm(store, hub, int(rate), float(seconds)))


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until standard input ends."""
    file = Path(sys.argv[1])
    settings = load(file)
    paths = resolve(settings, file)
    make_private(paths.data)
    make_private(paths.runtime)
    store = open_store(paths)
    try:
        asyncio.run(_serve(store, settings, paths.socket))
    finally:
        store.close()


if __name__ == "__main__":
    main()
