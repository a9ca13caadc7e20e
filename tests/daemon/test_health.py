"""When the watchdog is fed, and when not."""

import asyncio
import time
from dataclasses import dataclass, field

import pytest

from astrolens.daemon.health import Health, Progress, watch


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Flow:
    seen: Progress = field(default_factory=lambda: Progress(finished=0, waiting=0))

    def __call__(self) -> Progress:
        return self.seen


@dataclass
class Fed:
    times: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def alive(self) -> None:
        self.times += 1
        if self.times >= 3:
            self.enough.set()


def test_work_that_moves_is_healthy_and_work_that_does_not_is_named() -> None:
    clock, flow = Clock(), Flow()
    health = Health(progress=flow, stall_limit_s=60.0, clock=clock)
    for finished in range(5):
        flow.seen = Progress(finished=finished, waiting=7)
        clock.now += 50
        assert health.complaint() == ""
    clock.now += 61
    assert health.complaint() == "7 pictures wait and none moved for 61 s"
    flow.seen = Progress(finished=5, waiting=7)
    assert health.complaint() == ""


@pytest.mark.parametrize(
    "idle", [Progress(finished=0, waiting=0), Progress(finished=0, waiting=9, resting="paused")]
)
def test_rest_with_a_reason_is_healthy_for_ever(idle: Progress) -> None:
    clock, flow = Clock(), Flow(idle)
    health = Health(progress=flow, stall_limit_s=60.0, clock=clock)
    for _ in range(10):
        clock.now += 1000
        assert health.complaint() == ""
    flow.seen = Progress(finished=0, waiting=9)
    clock.now += 59
    assert health.complaint() == ""
    clock.now += 2
    assert "9 pictures" in health.complaint()


def test_a_late_loop_is_not_healthy() -> None:
    health = Health(progress=Flow(), clock=Clock())
    health.saw_lag(2.5)
    assert health.complaint() == "the event loop turned 2.5 s late"
    health.saw_lag(0.1)
    assert health.complaint() == ""


async def test_the_watchdog_is_fed_three_times_in_its_limit() -> None:
    fed, lags = Fed(), list[float]()
    began = time.monotonic()
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(
            watch(Health(progress=Flow()), fed, watchdog_s=0.3, observe_lag=lags.append), name="watch"
        )
        await fed.enough.wait()
        task.cancel()
    assert time.monotonic() - began < 20.0
    assert lags
    assert min(lags) >= 0.0


async def test_a_stuck_flow_is_not_fed_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    flow, fed, complained = Flow(Progress(finished=0, waiting=2)), Fed(), asyncio.Event()

    class Stuck(Health):
        def complaint(self) -> str:
            words = super().complaint()
            if words and fed.times == 0:
                complained.set()
            return words

    health = Stuck(progress=flow, stall_limit_s=-1.0)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(watch(health, fed, watchdog_s=0.03), name="watch")
        await complained.wait()
        await asyncio.sleep(0)
        task.cancel()
    assert fed.times == 0
    assert caplog.text.count("the watchdog is not fed") == 1
