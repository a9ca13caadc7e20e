"""The same flow without a daemon: cycles of ask, work, calibrate, rest; for cron and for a folder of one's own."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from astrolens.config.paths import Paths, make_private
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.daemon.lock import ProfileLock
from astrolens.domain.errors import ConfigError
from astrolens.pipeline.drift import alarm_holds
from astrolens.plugin import ByteSource

log = logging.getLogger(__name__)

_TICK_S = 0.2
_NETWORK_COUNT = 100
_WORTH_A_FIT = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """What one cycle did.

    Attributes
    ----------
    cycle : int
        From 1.
    seconds : float
        Wall time.
    offered, measured, parked : int
        Pictures.
    per_second : float
        Measured pictures a second.
    """

    cycle: int
    seconds: float
    offered: int
    measured: int
    parked: int
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OncePlan:
    """What is asked of a run.

    Attributes
    ----------
    count : int or None
        Most new pictures in a cycle; None: all that local folders have, 100 of any other source.
    cycles : int
        How many cycles.
    interval_s : float
        From the end of one cycle to the start of the next.
    calibrate : bool
        Calibrate every source at the end of each cycle, however little it grew.
    """

    count: int | None = None
    cycles: int = 1
    interval_s: float = 0.0
    calibrate: bool = False


async def run_once(
    settings: Settings,
    paths: Paths,
    plan: OncePlan,
    *,
    quiet: bool,
    tell: Callable[[CycleReport, House], None],
    progress: Callable[[House], None],
) -> None:
    """Run the cycles of a plan.

    Parameters
    ----------
    settings : Settings
        With the wanted sources enabled.
    paths : Paths
        The profile; its lock is taken.
    plan : OncePlan
        What is asked for.
    quiet : bool
        No desktop notifications.
    tell : Callable
        Called in a worker thread after each cycle, while the store is open.
    progress : Callable
        Called now and then while a cycle runs.

    Raises
    ------
    AlreadyRunning
        If a daemon holds the profile.
    ConfigError
        If none of the wanted sources can be asked.
    """
    await asyncio.to_thread(make_private, paths.data)
    with ProfileLock(paths.lock):
        async with open_house(settings, paths, quiet=quiet) as house:
            _check_sources(house)
            async with asyncio.TaskGroup() as group:
                flow = group.create_task(house.flow.run(), name="flow")
                for cycle in range(1, plan.cycles + 1):
                    report = await _cycle(house, plan, cycle, progress)
                    await asyncio.to_thread(tell, report, house)
                    if cycle < plan.cycles:
                        await asyncio.sleep(plan.interval_s)
                flow.cancel()


def _check_sources(house: House) -> None:
    broken = [
        one.error if one.error.startswith(f"sources.{one.name}.") else f"sources.{one.name}: {one.error}"
        for one in house.sources
        if one.settings.enabled and one.error
    ]
    if broken and not house.working():
        raise ConfigError("\n".join(broken))
    for words in broken:
        log.warning("%s; the other sources are asked", words)


async def _cycle(house: House, plan: OncePlan, cycle: int, progress: Callable[[House], None]) -> CycleReport:
    started = monotonic()
    flow = house.flow
    before = (flow.offering.counts.done, flow.measuring.counts.done, _parked(house))
    flow.offering.limit_to(plan.count, None if plan.count is not None else _modest(house))
    await _rest(house, progress)
    measured = flow.measuring.counts.done - before[1]
    seconds = monotonic() - started
    for name in house.working():
        judge = await flow.judging.judge_of(name)
        seen = await house.store.run(house.store.analyses.count, name, house.encoder.model_id)
        known = judge.state.calibrated if judge else 0
        grown = known < house.settings.detect.calibration_limit and seen > _WORTH_A_FIT * known
        if judge is not None and grown:
            grown = not await house.store.run(alarm_holds, house.store, name, judge.state.state_id)
        if seen and (plan.calibrate or (judge is not None and grown)):
            flow.judging.order_calibration(name, "end of a discover cycle")
    await flow.judging.judge_waiting()
    await _rest(house, progress)
    return CycleReport(
        cycle=cycle,
        seconds=seconds,
        offered=flow.offering.counts.done - before[0],
        measured=measured,
        parked=_parked(house) - before[2],
        per_second=measured / seconds if seconds > 0 else 0.0,
    )


async def _rest(house: House, progress: Callable[[House], None]) -> None:
    while not (house.flow.offering.has_given_all() and await house.flow.is_at_rest()):
        progress(house)
        await asyncio.sleep(_TICK_S)


def _modest(house: House) -> dict[str, int]:
    return {
        name: _NETWORK_COUNT
        for name, loaded in house.working().items()
        if loaded.hosts or isinstance(loaded.plugin, ByteSource)
    }


def _parked(house: House) -> int:
    return house.flow.fetching.counts.refused + house.flow.measuring.counts.refused
