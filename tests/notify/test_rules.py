"""When a person is disturbed, with clocks of our own."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.settings import NotifySettings
from astrolens.domain.finding import CatalogState
from astrolens.notify.rules import Rules, Told
from tests.notify.findings import finding


class Clock:
    """Both clocks, which move when we say so."""

    def __init__(self, hour: int = 12, minute: int = 0) -> None:
        self.seconds = 50.0
        self.day = datetime(2026, 11, 21, hour, minute, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    def local(self) -> datetime:
        return self.day

    def passes(self, seconds: float) -> None:
        self.seconds += seconds
        self.day += timedelta(seconds=seconds)


def rules(clock: Clock, **settings: object) -> Rules:
    made = NotifySettings.model_validate(settings)
    return Rules(made, clock=clock.monotonic, local_now=clock.local)


def told(one: Rules, image_id: int) -> Told:
    answer = one.consider(finding(image_id))
    if answer is Told.SHOWN:
        assert one.due()
    return answer


def test_burst_then_interval_then_one_digest() -> None:
    clock = Clock()
    one = rules(clock, burst=3, interval_s=30.0)
    assert [told(one, number) for number in range(6)] == [Told.SHOWN] * 3 + [Told.HELD] * 3
    assert one.due() == ()
    clock.passes(29.0)
    assert one.due() == ()
    clock.passes(1.1)
    assert [held.image_id for held in one.due()] == [3, 4, 5]
    assert one.due() == ()
    clock.passes(1000.0)
    assert [told(one, number) for number in range(10, 14)] == [Told.SHOWN] * 3 + [Told.HELD]


@given(st.lists(st.floats(0.0, 20.0), max_size=80))
def test_the_rate_is_never_exceeded_and_nothing_is_forgotten(pauses: list[float]) -> None:
    clock = Clock()
    one = rules(clock, burst=2, interval_s=10.0)
    messages, said = 0, 0
    for number, pause in enumerate(pauses):
        clock.passes(pause)
        if one.consider(finding(number)) is Told.SHOWN:
            messages += 1
            said += len(one.due())
        assert messages <= 2 + (clock.seconds - 50.0) / 10.0 + 1e-6
    assert said + one.held == len(pauses)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"), [(22, 59, False), (23, 0, True), (0, 0, True), (6, 59, True), (7, 0, False)]
)
def test_quiet_hours_reach_over_midnight(hour: int, minute: int, quiet: bool) -> None:
    one = rules(Clock(hour, minute), quiet_from=time(23), quiet_until=time(7))
    assert one.is_quiet() is quiet
    assert told(one, 1) is (Told.HELD if quiet else Told.SHOWN)


def test_quiet_hours_within_a_day_and_without_length() -> None:
    assert rules(Clock(13), quiet_from=time(12), quiet_until=time(14)).is_quiet()
    assert not rules(Clock(14), quiet_from=time(12), quiet_until=time(14)).is_quiet()
    assert not rules(Clock(12), quiet_from=time(12), quiet_until=time(12)).is_quiet()
    assert not rules(Clock(12)).is_quiet()


def test_what_came_in_the_night_is_said_in_the_morning() -> None:
    clock = Clock(3)
    one = rules(clock, quiet_from=time(23), quiet_until=time(7))
    for number in range(5):
        assert told(one, number) is Told.HELD
    clock.passes(5 * 3600.0)
    assert len(one.due()) == 5


def test_weak_known_repeated_and_off() -> None:
    one = rules(Clock(), minimum_sigma=3.0, unknown_only=True)
    assert one.consider(finding(1, sigma=2.9)) is Told.WEAK
    assert one.consider(finding(1, sigma=float("nan"))) is Told.WEAK
    for state in (CatalogState.KNOWN, CatalogState.NOT_ANSWERED, CatalogState.NO_POSITION):
        assert one.consider(finding(1, catalogue=state)) is Told.KNOWN
    assert told(one, 1) is Told.SHOWN
    assert one.consider(finding(1)) is Told.REPEATED
    assert rules(Clock(), desktop=False).consider(finding(1)) is Told.OFF


def test_memory_is_bounded() -> None:
    one = rules(Clock(), burst=1)
    for number in range(12_000):
        one.consider(finding(number))
    assert one.held == 1_000
    taken = tuple(finding(number) for number in range(5))
    one.take_back(taken)
    assert one.held == 1_000
