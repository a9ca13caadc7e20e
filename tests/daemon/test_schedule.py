"""Jobs by the clock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from astrolens.daemon.schedule import Job, JobOutcome, Schedule
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import Unavailable

HOUR = 3600.0


@dataclass
class Seen:
    """What a schedule tells."""

    saved: list[str] = field(default_factory=list)
    outcomes: list[tuple[str, JobOutcome]] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    async def save(self, name: str, at: str) -> None:
        assert at.endswith("Z")
        self.saved.append(name)

    def observe(self, name: str, outcome: JobOutcome) -> None:
        self.outcomes.append((name, outcome))
        self.something.set()

    def on_bug(self, error: BaseException) -> None:
        self.bugs.append(error)

    async def wait_outcome(self) -> tuple[str, JobOutcome]:
        async with asyncio.timeout(30):
            await self.something.wait()
        self.something.clear()
        return self.outcomes[-1]


@asynccontextmanager
async def a_schedule(
    seen: Seen, *jobs: Job, last_runs: Mapping[str, str] | None = None, stop_s: float = 1.0
) -> AsyncIterator[Schedule]:
    schedule = Schedule(last_runs=last_runs or {}, save=seen.save, observe=seen.observe, on_bug=seen.on_bug)
    schedule.start(jobs)
    try:
        yield schedule
    finally:
        await schedule.stop(stop_s)


async def nothing() -> None:
    """Do nothing."""


async def test_a_job_that_never_ran_runs_soon_and_is_saved() -> None:
    seen = Seen()
    async with a_schedule(seen, Job(name="poll", run=nothing, interval_s=HOUR)) as schedule:
        assert await seen.wait_outcome() == ("poll", JobOutcome.DONE)
        assert schedule.next_runs()["poll"] > utc_now() + timedelta(minutes=50)
    assert seen.saved == ["poll"]


async def test_a_restart_catches_up_and_does_not_run_early() -> None:
    now = utc_now()
    last_runs = {
        "overdue": iso(now - timedelta(hours=30)),
        "fresh": iso(now - timedelta(minutes=20)),
        "always": iso(now),
        "future": iso(now + timedelta(days=400)),
        "damaged": "yesterday",
    }
    jobs = [Job(name=name, run=nothing, interval_s=HOUR, at_start=name == "always") for name in last_runs]
    async with a_schedule(Seen(), *jobs, last_runs=last_runs) as schedule:
        due_s = {name: (at - now).total_seconds() for name, at in schedule.next_runs().items()}
    assert due_s["overdue"] < 5
    assert 39 * 60 < due_s["fresh"] < 41 * 60
    assert due_s["always"] < 5
    assert HOUR - 5 < due_s["future"] < HOUR + 5
    assert due_s["damaged"] < 5


async def test_an_expected_failure_is_tried_again_and_not_saved() -> None:
    seen = Seen()

    async def fail() -> None:
        raise Unavailable("simbad did not answer")

    async with a_schedule(seen, Job(name="sweep", run=fail, interval_s=HOUR)) as schedule:
        schedule.run_soon("sweep")
        assert await seen.wait_outcome() == ("sweep", JobOutcome.FAILED)
        assert "sweep" in schedule.next_runs()
    assert (seen.saved, seen.bugs) == ([], [])


async def test_a_bug_is_handed_up() -> None:
    seen = Seen()

    async def bug() -> None:
        raise KeyError("nobody foresaw this")

    async with a_schedule(seen, Job(name="retention", run=bug, interval_s=HOUR)) as schedule:
        schedule.run_soon("retention")
        assert await seen.wait_outcome() == ("retention", JobOutcome.BUG)
    assert isinstance(seen.bugs[0], KeyError)


async def test_a_job_never_runs_beside_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    seen, started, go = Seen(), asyncio.Event(), asyncio.Event()
    running, most = 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        started.set()
        await go.wait()
        running -= 1

    async with a_schedule(seen, Job(name="slow", run=slow, interval_s=HOUR)) as schedule:
        schedule.run_soon("slow")
        async with asyncio.timeout(30):
            await started.wait()
        for _ in range(3):
            schedule.run_soon("slow")
            assert await seen.wait_outcome() == ("slow", JobOutcome.SKIPPED)
        go.set()
        assert await seen.wait_outcome() == ("slow", JobOutcome.DONE)
    assert most == 1
    assert caplog.text.count("was skipped: its last run is still going") == 1
    assert "3 turns were skipped" in caplog.text


async def test_a_stop_lets_jobs_end_and_cancels_what_does_not() -> None:
    seen, started, cancelled = Seen(), asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with a_schedule(seen, Job(name="endless", run=endless, interval_s=HOUR), stop_s=0.05) as schedule:
        schedule.run_soon("endless")
        async with asyncio.timeout(30):
            await started.wait()
    async with asyncio.timeout(30):
        await cancelled.wait()
    await asyncio.sleep(0)
    assert seen.saved == []
    assert (seen.bugs, seen.outcomes) == ([], [])


async def test_a_stop_waits_for_the_save_of_a_job_that_is_ending() -> None:
    seen, started, go = Seen(), asyncio.Event(), asyncio.Event()

    async def short() -> None:
        started.set()
        await go.wait()

    async with a_schedule(seen, Job(name="short", run=short, interval_s=HOUR), stop_s=5.0) as schedule:
        schedule.run_soon("short")
        async with asyncio.timeout(30):
            await started.wait()
        go.set()
    assert seen.saved == ["short"]


async def test_jobs_can_be_replaced_and_removed() -> None:
    async with a_schedule(Seen(), Job(name="poll", run=nothing, interval_s=HOUR)) as schedule:
        schedule.put(Job(name="poll", run=nothing, interval_s=2 * HOUR))
        schedule.put(Job(name="other", run=nothing, interval_s=HOUR))
        assert set(schedule.next_runs()) == {"poll", "other"}
        schedule.remove("other")
        schedule.remove("unknown")
        assert set(schedule.next_runs()) == {"poll"}
        assert not schedule.run_soon("unknown")
