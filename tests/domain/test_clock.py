"""Times are aware UTC and sort as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.clock import iso, utc_now

_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_now_is_aware() -> None:
    assert utc_now().tzinfo is UTC


def test_a_known_moment() -> None:
    zone = timezone(timedelta(hours=2))
    assert iso(datetime(2026, 11, 21, 5, 8, 8, 123_987, zone)) == "2026-11-21T03:08:08.123Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        iso(datetime(2026, 11, 21))  # noqa: DTZ001


@given(_MOMENTS, _MOMENTS)
def test_text_sorts_like_time_and_comes_back(one: datetime, other: datetime) -> None:
    if one <= other:
        assert iso(one) <= iso(other)
    assert abs(datetime.fromisoformat(iso(one)) - one) < timedelta(milliseconds=1)
    assert len(iso(one)) == 24
