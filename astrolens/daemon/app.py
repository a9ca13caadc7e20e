"""The long-running process: lock, house, API, schedule, signals; started, opened anew and stopped in order."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path

from astrolens.api.context import ApiContext
from astrolens.api.door import Door, open_token
from astrolens.api.hub import EventHub
from astrolens.api.server import build_app, serving
from astrolens.config.load import load
from astrolens.config.paths import Paths, make_private, resolve
from astrolens.config.settings import Settings
from astrolens.daemon.control import HouseControl
from astrolens.daemon.health import Health, Progress, watch
from astrolens.daemon.house import House, open_house
from astrolens.daemon.jobs import jobs_of
from astrolens.daemon.lock import ProfileLock
from astrolens.daemon.logs import logging_to, set_level
from astrolens.daemon.metrics import Metrics
from astrolens.daemon.reload import needs_restart
from astrolens.daemon.schedule import Schedule
from astrolens.daemon.status import StatusDesk
from astrolens.daemon.systemd import Supervisor
from astrolens.domain.errors import ConfigError
from astrolens.domain.event import EventKind
from astrolens.store.freed_memory import give_back

log = logging.getLogger(__name__)

_MEGABYTE = 2**20
_LAST_RUNS = "schedule.last_runs"
_COUNT_S = 10.0


class _Stop(Exception):
    """Ends the task group in good order."""


class _OpenAnew(Exception):
    """Ends the task group in good order; then a house is opened again."""


def run_daemon(config_file: Path) -> int:
    """Run until told to stop.

    Parameters
    ----------
    config_file : Path
        ``astrolens.toml``; it may be missing.

    Returns
    -------
    int
        0 after an orderly stop.

    Raises
    ------
    ConfigError
        If the configuration is wrong.
    AlreadyRunning
        If another process holds the profile.
    """
    settings = load(config_file)
    paths = resolve(settings, config_file)
    make_private(paths.data)
    make_private(paths.runtime)
    supervisor = Supervisor.take_from(os.environ)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # what it warns of, the schedule says itself
    with logging_to(settings.daemon), ProfileLock(paths.lock):
        asyncio.run(Daemon(settings, paths, supervisor).run())
    return 0


class Daemon:
    """One run of the daemon.

    Parameters
    ----------
    settings : Settings
        Valid settings.
    paths : Paths
        Where things live; the profile's lock is held.
    supervisor : Supervisor
        Who is told that we live.
    """

    def __init__(self, settings: Settings, paths: Paths, supervisor: Supervisor) -> None:
        self._settings = settings
        self._paths = paths
        self._supervisor = supervisor
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()
        self._open_anew = asyncio.Event()
        self._paused = False
        self._metrics = Metrics()

    async def run(self) -> None:
        """Open the house, serve, work; open it anew after a promotion; end in order when told to."""
        self._take_signals()
        hub = EventHub()
        while await self._live(hub):
            if self._stop.is_set():  # told while the house was being closed
                self._supervisor.stopping("nothing is in work")
                return
            gc.collect()  # the parts of a house hold each other: its network would stay until chance finds it
            await asyncio.to_thread(give_back)
            log.info("the house is opened anew")

    async def _live(self, hub: EventHub) -> bool:
        """One house, from opening to closing; whether it is to be opened anew."""
        again = False
        stack = AsyncExitStack()
        with self._supervisor.feeding():
            house = await stack.enter_async_context(
                open_house(self._settings, self._paths, publish=hub.publish)
            )
        if self._paused:
            house.flow.pause()
        try:
            await self._work(house, hub)
        except* _Stop:
            log.info("stopped")
        except* _OpenAnew:
            again = True
        finally:
            with self._supervisor.feeding():
                await stack.aclose()
        return again

    async def _work(self, house: House, hub: EventHub) -> None:
        name = await asyncio.to_thread(version, "astrolens")
        control = HouseControl(
            house,
            StatusDesk(house, name),
            self._metrics,
            reload=lambda: self._read_again(house),
            stop=self._stop.set,
            open_anew=self._open_anew.set,
        )
        context = ApiContext(
            store=house.store.for_people(),
            control=control,
            hub=hub,
            upload_limit_bytes=int(self._settings.download.limit_mb * _MEGABYTE),
            version=name,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(house.flow.run(), name="flow")
            group.create_task(self._serve(house, context), name="api")
            group.create_task(self._schedule(house), name="schedule")
            group.create_task(self._watch(house), name="health")
            group.create_task(self._reloading(house), name="reload")
            group.create_task(self._changing(house, control), name="open anew")
            group.create_task(self._stopping(house, control), name="stop")

    def _take_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            log.warning("asked twice to stop: leaving at once")
            os._exit(1)
        self._stop.set()

    async def _serve(self, house: House, context: ApiContext) -> None:
        port = self._settings.daemon.tcp_port
        door = Door(token=await asyncio.to_thread(open_token, self._paths.token)) if port else None
        app = build_app(context, self._settings, door=door, observe=self._metrics.saw_request)
        async with serving(app, self._paths.socket, tcp_port=port):
            words = f"{len(house.working())} sources, model {house.encoder.model_id}"
            self._supervisor.ready(words)
            log.info("ready: %s, %s", self._paths.socket, words)
            await house.announcer.tell(
                EventKind.STARTED, payload={"pid": os.getpid(), "model_id": house.encoder.model_id}
            )
            await asyncio.Event().wait()

    async def _schedule(self, house: House) -> None:
        state = house.store.state
        last_runs: dict[str, str] = dict(await house.store.run(state.get, _LAST_RUNS, {}))
        bug: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def save(job: str, at: str) -> None:
            last_runs[job] = at
            await house.store.run(state.put, _LAST_RUNS, last_runs)

        def on_bug(error: BaseException) -> None:
            if not bug.done():
                bug.set_exception(error)

        schedule = Schedule(
            last_runs=last_runs,
            save=save,
            observe=lambda job, outcome: self._metrics.saw_job(job, outcome.value),
            on_bug=on_bug,
        )
        schedule.start(jobs_of(house))
        try:
            await bug
        finally:
            await schedule.stop(timeout_s=0.5)

    async def _watch(self, house: House) -> None:
        waiting = 0

        def progress() -> Progress:
            done = sum(line.counts.done + line.counts.refused for line in house.flow.lines())
            return Progress(finished=done, waiting=waiting, resting="paused" if house.flow.paused else "")

        async def count() -> None:
            nonlocal waiting
            while True:
                if self._supervisor.lives_with not in (None, os.getppid()):
                    self._stop.set()
                waiting = int(await house.flow.is_work_waiting())
                await asyncio.sleep(_COUNT_S)

        health = Health(progress=progress)
        async with asyncio.TaskGroup() as group:
            group.create_task(count(), name="health: count")
            group.create_task(
                watch(
                    health,
                    self._supervisor,
                    watchdog_s=self._supervisor.watchdog_s,
                    observe_lag=self._metrics.saw_lag,
                ),
                name="health: watch",
            )

    async def _reloading(self, house: House) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            self._supervisor.reloading()
            try:
                await self._read_again(house)
            except ConfigError as error:
                log.error("the configuration is not read again, the old one stays: %s", error)
            self._supervisor.ready("configuration read again")

    async def _read_again(self, house: House) -> Sequence[str]:
        settings = await asyncio.to_thread(load, self._paths.config_file)
        later = needs_restart(house.settings, settings)
        house.apply(settings)
        set_level(settings.daemon.log_level)
        await house.announcer.tell(EventKind.RELOADED, payload={"at_next_start": list(later)})
        return later

    async def _changing(self, house: House, control: HouseControl) -> None:
        await self._open_anew.wait()
        self._open_anew.clear()
        control.stopping = True
        self._supervisor.reloading()
        self._paused = house.flow.paused  # what a person paused stays so
        await self._bring_to_rest(house)
        self._settings = house.settings  # what a reload has changed stays so
        raise _OpenAnew

    async def _stopping(self, house: House, control: HouseControl) -> None:
        await self._stop.wait()
        control.stopping = True
        self._supervisor.stopping("finishing what is in work")
        house.flow.pause()
        await house.announcer.tell(EventKind.STOPPING)
        await self._bring_to_rest(house)
        raise _Stop

    async def _bring_to_rest(self, house: House) -> None:
        house.flow.pause()
        house.comparing.give_up()
        try:
            async with asyncio.timeout(self._settings.daemon.stop_timeout_s / 2):
                await house.flow.wait_in_flight_done()
        except TimeoutError:
            log.info("what is still in work is left for the next start")
