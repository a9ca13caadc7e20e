"""Waits: bounded, jittered, and never shorter than the server asked for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.download.retry import Backoff, is_worth_retrying, parse_retry_after

NOW = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)


def test_bounds_double_up_to_a_minute() -> None:
    backoff = Backoff(uniform=lambda low, high: high)
    assert [backoff.wait_s(n) for n in (1, 2, 3, 6, 7, 500)] == [1.0, 2.0, 4.0, 32.0, 60.0, 60.0]


@given(st.integers(1, 100), st.one_of(st.none(), st.floats(0, 1e5)))
def test_a_wait_is_within_its_bounds(failures: int, asked_s: float | None) -> None:
    wait_s = Backoff().wait_s(failures, asked_s)
    if asked_s is None:
        assert 0.0 <= wait_s <= 60.0
    else:
        assert asked_s <= wait_s <= 1.1 * asked_s + 1e-9


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 03:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 02:00:00 GMT", 0.0),
        ("99999999999999999999", 86400.0),
        ("Sat, 21 Nov 2099 03:01:30 GMT", 86400.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_survived(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0.0 <= seconds <= 86400.0


def test_only_some_statuses_are_worth_retrying() -> None:
    assert [code for code in range(400, 600) if is_worth_retrying(code)] == [408, 425, 429, *range(500, 600)]
