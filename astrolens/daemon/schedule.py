"""Jobs by the clock: nothing is missed silently, nothing runs twice at once, a restart catches up."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import AstroLensError

_LOG = logging.getLogger(__name__)

_FIRST_DELAY_S = 1.0


class JobOutcome(StrEnum):
    """How one run of a job ended."""

    DONE = "done"
    FAILED = "failed"  # an error that tells what to do: tried again at its next turn
    BUG = "bug"
    SKIPPED = "skipped"  # the run before was still going


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again.

    Attributes
    ----------
    name : str
        Unique; also names its last run in the store.
    run : Callable
        A coroutine function without arguments; cancelled when the daemon stops.
    interval_s : float
        From start to start.
    at_start : bool
        Run at every start, whenever it ran last.
    """

    name: str
    run: Callable[[], Awaitable[None]]
    interval_s: float
    at_start: bool = False


@dataclass(kw_only=True)
class Schedule:
    """Runs jobs; ``last_runs`` and ``saved`` keep their times over restarts.

    Attributes
    ----------
    last_runs : Mapping of str to str
        ISO 8601 UTC time of the last good run of each job, from the store.
    save : Callable
        Coroutine function that stores the name and time of a good run.
    observe : Callable
        Gets name and outcome of every run.
    on_bug : Callable
        Gets an error that no one foresaw; the process should stop.
    """

    last_runs: Mapping[str, str]
    save: Callable[[str, str], Awaitable[None]]
    observe: Callable[[str, JobOutcome], None]
    on_bug: Callable[[BaseException], None]

    def __post_init__(self) -> None:
        """Make the scheduler; nothing runs yet."""
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(
            self._listen, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        )
        self._running: set[str] = set()
        self._skipped: Counter[str] = Counter()  # turns of a job during the run that is going
        self._quiet = asyncio.Event()
        self._quiet.set()

    def start(self, jobs: Iterable[Job]) -> None:
        """Begin; a job that is overdue runs after a second.

        Parameters
        ----------
        jobs : iterable of Job
            With unique names.
        """
        for job in jobs:
            self.put(job)
        self._scheduler.start()

    def put(self, job: Job) -> None:
        """Add a job, or replace the one of this name.

        Parameters
        ----------
        job : Job
            Anything.
        """
        self._scheduler.add_job(
            self._run,
            "interval",
            args=(job,),
            seconds=job.interval_s,
            id=job.name,
            name=job.name,
            next_run_time=self._first_run(job),
            replace_existing=True,
        )

    def remove(self, name: str) -> None:
        """Forget a job; a run that is going ends by itself.

        Parameters
        ----------
        name : str
            It may be unknown.
        """
        if self._scheduler.get_job(name) is not None:
            self._scheduler.remove_job(name)

    def run_soon(self, name: str) -> bool:
        """Move a job's next run to now.

        Parameters
        ----------
        name : str
            A job.

        Returns
        -------
        bool
            False when there is no such job.
        """
        if self._scheduler.get_job(name) is None:
            return False
        self._scheduler.modify_job(name, next_run_time=utc_now())
        return True

    def next_runs(self) -> dict[str, datetime]:
        """When each job runs next.

        Returns
        -------
        dict of str to datetime
            Aware UTC; paused jobs are left out.
        """
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs() if job.next_run_time}

    async def stop(self, timeout_s: float) -> None:
        """Start nothing more, let what runs end, then cancel it.

        Parameters
        ----------
        timeout_s : float
            Seconds that running jobs have.
        """
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        try:
            async with asyncio.timeout(timeout_s):
                await self._quiet.wait()
        except TimeoutError:
            _LOG.warning("jobs still running are cancelled: %s", ", ".join(sorted(self._running)))
        # The scheduler's own shutdown cancels whatever runs, at once, even when told to wait.
        self._scheduler.shutdown(wait=False)

    def _first_run(self, job: Job) -> datetime:
        soon = utc_now() + timedelta(seconds=_FIRST_DELAY_S)
        last = self.last_runs.get(job.name)
        if job.at_start or last is None:
            return soon
        try:
            due = datetime.fromisoformat(last) + timedelta(seconds=job.interval_s)
        except ValueError:
            return soon
        # A last run in the future means that the clock was set back: do not wait for it.
        latest = soon + timedelta(seconds=job.interval_s)
        return min(max(due, soon), latest)

    async def _run(self, job: Job) -> None:
        self._running.add(job.name)
        self._quiet.clear()
        try:
            await job.run()
            await self.save(job.name, iso(utc_now()))
        except AstroLensError as error:
            _LOG.warning("job %s: %s; it is tried again at its next turn", job.name, error)
            self.observe(job.name, JobOutcome.FAILED)
        else:
            self.observe(job.name, JobOutcome.DONE)
        finally:
            self._running.discard(job.name)
            if (turns := self._skipped.pop(job.name, 0)) > 1:
                _LOG.info("job %s: its last run ended; %d turns were skipped", job.name, turns)
            if not self._running:
                self._quiet.set()

    def _listen(self, event: JobEvent) -> None:
        if event.code == EVENT_JOB_ERROR and isinstance(event.exception, asyncio.CancelledError):
            return  # `stop` said so already
        if event.code == EVENT_JOB_ERROR:
            self.observe(event.job_id, JobOutcome.BUG)
            _LOG.error("job %s failed", event.job_id, exc_info=event.exception)
            self.on_bug(event.exception)
        else:
            self.observe(event.job_id, JobOutcome.SKIPPED)
            self._skipped[event.job_id] += 1
            if self._skipped[event.job_id] == 1:  # once is enough to say so
                _LOG.warning("job %s was skipped: its last run is still going", event.job_id)
