"""Numbers, times and places."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui import words

NOW = datetime(2026, 11, 21, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (0, "0"),
        (940, "940"),
        (9999, "9,999"),
        (12_400, "12.4k"),
        (1_200_000, "1.2M"),
        (5e9, "5G"),
    ],
)
def test_short_number(value: float | None, said: str) -> None:
    assert words.short_number(value) == said


@given(st.floats(min_value=0, max_value=1e12))
def test_short_number_is_short(value: float) -> None:
    assert len(words.short_number(value)) <= 8


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"),
        (4.2, "4 s"),
        (840, "14 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (273_600, "3 d 4 h"),
        (60 * 86400.0, "60 d"),
        (-5, "0 s"),
    ],
)
def test_duration(seconds: float | None, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-21T02:14:55.000Z", "02:14"),
        ("2026-11-20T23:00:00Z", "Nov 20"),
        ("2025-01-02T00:00:00Z", "2025-01"),
        ("yesterday", "-"),
        (None, "-"),
    ],
)
def test_clock(text: object, said: str) -> None:
    assert words.clock(text, NOW) == said


def test_ago_is_relative_under_a_day_and_utc_beyond() -> None:
    assert words.ago("2026-11-21T03:05:00Z", NOW) == "3 min ago"
    assert words.ago("2026-11-19T03:05:00Z", NOW) == "2026-11-19 03:05 UTC"


@pytest.mark.parametrize(
    ("count", "said"), [(None, "-"), (12, "12 B"), (4_200, "4.2 kB"), (41e9, "41 GB"), (3.2e12, "3.2 TB")]
)
def test_size(count: float | None, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    ("value", "extrapolated", "said"),
    [
        (None, False, "-"),
        (0.024, False, "0.02"),
        (9.1e-5, False, "9e-5"),
        (3e-6, True, "3e-6*"),
        (0.0, False, "0"),
    ],
)
def test_p_value(value: float | None, extrapolated: bool, said: str) -> None:
    assert words.p_value(value, extrapolated=extrapolated) == said


def test_position_is_sexagesimal() -> None:
    assert words.position(210.5471, 35.6838) == "14:02:11.3 +35:41:02"
    assert words.position(None, 1.0) == "no position"


@given(st.floats(min_value=0, max_value=360, exclude_max=True), st.floats(min_value=-90, max_value=90))
def test_position_never_carries_wrongly(ra_deg: float, dec_deg: float) -> None:
    ra, dec = words.position(ra_deg, dec_deg).split()
    hours, minutes, seconds = ra.split(":")
    degrees, arcmin, arcsec = dec.split(":")
    assert int(hours) < 24
    assert int(minutes) < 60
    assert float(seconds) < 60
    assert abs(int(degrees)) <= 90
    assert int(arcmin) < 60
    assert int(arcsec) < 60


def test_the_rest() -> None:
    assert words.number(33483) == "33,483"
    assert words.per_thousand(1.84) == "1.8"
    assert words.sigma(None) == "-"
    assert words.measure(0.41234) == "0.412"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 near misses"), (1, "1 near miss"), (2310, "2,310 near misses")]
)
def test_nouns_follow_their_numbers(count: int, said: str) -> None:
    assert words.counted(count, "near miss", "near misses") == said
    assert words.counted(count, "picture").endswith("picture" if count == 1 else "pictures")
