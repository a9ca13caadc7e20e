"""What the daemon does again and again; every job only asks for work or does a short piece of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from astrolens.daemon.house import House
from astrolens.daemon.schedule import Job
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import EventKind
from astrolens.notify.rules import Told
from astrolens.pipeline.drift import alarm_holds
from astrolens.pipeline.judging import Judging
from astrolens.store.freed_memory import give_back

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S
_SWEEP_S = 15 * 60.0
_INDEX_S = 5 * 60.0
_MEMORY_S = 5 * 60.0
_DESCRIBE_S = 10 * 60.0
_DIGEST_S = 30.0


def jobs_of(house: House) -> list[Job]:
    """Every recurring job of a house.

    Parameters
    ----------
    house : House
        What runs.

    Returns
    -------
    list of Job
        One poll job for each source, and the house-keeping.
    """
    polls = [
        Job(name=f"poll {name}", run=_sync(house.flow.offering.wake), interval_s=loaded.interval_s)
        for name, loaded in house.working().items()
    ]
    return [
        *polls,
        Job(name="digest", run=partial(_tell_held, house), interval_s=_DIGEST_S),
        Job(name="recalibrate", run=partial(_recalibrate, house, house.flow.judging), interval_s=_DAY_S),
        Job(name="cross-match sweep", run=partial(_sweep, house), interval_s=_SWEEP_S),
        Job(name="describe", run=partial(_describe, house), interval_s=_DESCRIBE_S),
        Job(name="retention", run=partial(_retain, house), interval_s=_HOUR_S),
        Job(name="vector index", run=partial(_save_index, house), interval_s=_INDEX_S),
        Job(name="freed memory", run=_give_back, interval_s=_MEMORY_S),
    ]


def _sync(call: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        call()

    return run


async def _recalibrate(house: House, judging: Judging) -> None:
    for name in house.working():
        seen = await house.store.run(house.store.analyses.count, name, house.encoder.model_id)
        judge = await judging.judge_of(name)
        if judge is None or seen <= judge.state.calibrated:
            continue
        if not await house.store.run(alarm_holds, house.store, name, judge.state.state_id):
            judging.order_calibration(name, "daily")


async def _tell_held(house: House) -> None:
    if await house.notifier.tell_held() is Told.SHOWN:
        await house.flow.lookup.digest_shown()


async def _sweep(house: House) -> None:
    await house.flow.lookup.sweep()


async def _describe(house: House) -> None:
    if not house.flow.paused:
        await house.describing.sweep()


async def _retain(house: House) -> None:
    store, settings = house.store, house.settings.store
    days = settings.keep_normal_days
    before = iso(utc_now() - timedelta(days=days))
    freed = await store.run(store.retention.remove, before) if days else 0
    await store.run(store.events.prune, settings.keep_events)
    await store.run(store.statistics.prune)
    old = iso(utc_now() - timedelta(days=house.settings.catalog.cache_days))
    await store.run(store.crossref.cache_prune, old)
    await store.run(store.sweep)
    if freed:
        await house.announcer.tell(
            EventKind.RETENTION, payload={"freed_bytes": freed, "older_than_days": days}
        )


async def _save_index(house: House) -> None:
    await asyncio.shield(house.store.run(house.store.vectors.save))


async def _give_back() -> None:
    """What was fitted, built and promoted anew leaves its former self behind."""
    await asyncio.to_thread(give_back)
