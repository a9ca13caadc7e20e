"""The gate in front of a service, with a clock of our own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.catalog.limits import Door, ServiceGate
from astrolens.domain.errors import Unavailable


class Clock:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def gate(clock: Clock, *, per_second: float = 2.0) -> ServiceGate:
    return ServiceGate("simbad", Door(per_second, clock=clock), failures=3, rest_s=60.0, clock=clock)


@given(st.lists(st.floats(0.0, 2.0), min_size=2, max_size=60))
def test_no_second_ever_holds_more_than_the_limit(pauses: list[float]) -> None:
    clock = Clock()
    one = gate(clock, per_second=4.0)
    starts = []
    for pause in pauses:
        clock.now += pause
        starts.append(clock.now + one.reserve())
    assert all(later - earlier > 0.2499 for earlier, later in pairwise(starts))


def test_the_breaker_opens_rests_and_tries_once() -> None:
    clock = Clock()
    one = gate(clock)
    for _ in range(3):
        one.reserve()
        one.failed()
    assert one.is_open
    with pytest.raises(Unavailable, match="rests for 60 s") as caught:
        one.reserve()
    assert caught.value.retry_after_s == pytest.approx(60.0)
    clock.now += 61.0
    one.reserve()
    with pytest.raises(Unavailable, match="tried again"):
        one.reserve()
    one.succeeded()
    assert not one.is_open
    one.reserve()


def test_a_failed_probe_doubles_the_rest_up_to_a_limit() -> None:
    clock = Clock()
    one = gate(clock)
    rests = []
    for _ in range(3):
        one.reserve()
        one.failed()
    for _ in range(7):
        with pytest.raises(Unavailable) as caught:
            one.reserve()
        rests.append(caught.value.retry_after_s)
        clock.now += (caught.value.retry_after_s or 0.0) + 0.001
        one.reserve()
        one.failed()
    assert rests == pytest.approx([60, 120, 240, 480, 900, 900, 900])


def test_a_probe_that_was_given_up_frees_its_place() -> None:
    clock = Clock()
    one = gate(clock)
    for _ in range(3):
        one.failed()
    clock.now += 61.0
    one.reserve()
    one.given_up()
    one.reserve()


def test_a_service_that_asks_for_a_pause_gets_it() -> None:
    clock = Clock()
    one = gate(clock)
    one.failed(retry_after_s=300.0)
    clock.now += 299.0
    with pytest.raises(Unavailable):
        one.reserve()
    clock.now += 2.0
    one.reserve()


def test_a_rest_ends_early_when_the_network_comes_back_but_not_an_asked_pause() -> None:
    clock = Clock()
    one, asked = gate(clock), gate(clock)
    for _ in range(3):
        one.failed()
    asked.failed(retry_after_s=300.0)
    one.end_rest()
    asked.end_rest()
    one.reserve()
    with pytest.raises(Unavailable, match="tried again"):
        one.reserve()
    with pytest.raises(Unavailable, match="rests for 300 s"):
        asked.reserve()
    fresh = gate(clock)
    fresh.end_rest()
    assert not fresh.is_open


def test_success_forgets_failures() -> None:
    one = gate(Clock())
    for _ in range(5):
        one.failed()
        one.failed()
        one.succeeded()
    assert not one.is_open


def test_gates_at_one_door_share_its_turns_and_no_breaker() -> None:
    clock = Clock()
    door = Door(2.0, clock=clock)
    one, other = (ServiceGate(name, door, failures=1, clock=clock) for name in ("sdss", "galex"))
    assert [one.reserve(), other.reserve(), one.reserve()] == pytest.approx([0.0, 0.5, 1.0])
    one.failed()
    assert one.is_open
    assert other.reserve() == pytest.approx(1.5)
