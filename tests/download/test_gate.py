"""Rates, holds and the circuit breaker, on a clock that nobody waits for."""

import asyncio

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.download.gate import Breaker, BreakerState, HostGate
from tests.download.servers import Clock


def gate(clock: Clock, *, at_once: int = 1, per_minute: float = 60.0) -> HostGate:
    return HostGate("sky.example.org", clock.timing(), at_once=at_once, per_minute=per_minute)


def failed(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.begin()
        breaker.fail()


def test_a_breaker_opens_at_the_fifth_failure_in_a_row() -> None:
    breaker = Breaker(Clock().timing())
    failed(breaker, 4)
    breaker.succeed()
    failed(breaker, 4)
    states = [breaker.state]
    failed(breaker, 1)
    states.append(breaker.state)
    assert states == [BreakerState.CLOSED, BreakerState.OPEN]
    assert breaker.rest_s() == 60.0


def test_a_half_open_breaker_lets_one_probe_pass() -> None:
    clock = Clock()
    breaker = Breaker(clock.timing())
    failed(breaker, 5)
    clock.now_s += 60.0
    states = [breaker.state]
    assert breaker.rest_s() is None
    breaker.begin()
    assert breaker.rest_s() == 60.0
    breaker.succeed()
    states.append(breaker.state)
    assert states == [BreakerState.HALF_OPEN, BreakerState.CLOSED]


def test_rests_double_up_to_a_quarter_of_an_hour() -> None:
    clock = Clock()
    breaker = Breaker(clock.timing())
    failed(breaker, 5)
    rests = []
    for _ in range(6):
        rest_s = breaker.rest_s()
        assert rest_s is not None
        rests.append(rest_s)
        clock.now_s += rest_s
        failed(breaker, 1)
    assert rests == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0]


def test_a_probe_that_says_nothing_lets_the_next_one_try() -> None:
    clock = Clock()
    breaker = Breaker(clock.timing())
    failed(breaker, 5)
    clock.now_s += 60.0
    breaker.begin()
    breaker.abandon()
    assert breaker.rest_s() is None


async def test_starts_are_evenly_spaced() -> None:
    clock = Clock()
    door = gate(clock, at_once=3, per_minute=120.0)
    starts = []

    async def once() -> None:
        async with door.entered():
            starts.append(clock.now_s - 1000.0)

    for _ in range(4):
        await once()
    assert starts == [0.0, 0.5, 1.0, 1.5]


async def test_only_a_stricter_rate_is_taken() -> None:
    clock = Clock()
    door = gate(clock)
    door.slow_to(6000.0)
    door.slow_to(6.0)
    for _ in range(2):
        async with door.entered():
            pass
    assert clock.slept == [10.0]


async def test_a_short_hold_is_waited_for_and_a_long_one_refused() -> None:
    clock = Clock()
    door = gate(clock)
    door.hold(5.0)
    async with door.entered():
        assert clock.slept == [5.0]
    door.hold(60.0)
    with pytest.raises(Unavailable, match="asked to wait 60 s") as refused:
        async with door.entered():
            pass
    assert refused.value.retry_after_s == 60.0


async def test_those_who_queued_before_it_opened_are_refused_too() -> None:
    door = gate(Clock())
    refused = []

    async def wait_in_line() -> None:
        try:
            async with door.entered():
                pass
        except Unavailable:
            refused.append(1)

    async with asyncio.TaskGroup() as group, door.entered():
        for _ in range(3):
            group.create_task(wait_in_line())
        await asyncio.sleep(0)
        failed(door.breaker, 5)
    assert len(refused) == 3
