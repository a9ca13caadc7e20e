"""Values of strangers' tables."""

from datetime import UTC, datetime
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.reading import finite, position_at, time_of_mjd


@pytest.mark.parametrize(("value", "number"), [("23", 23.0), (" 1.5 ", 1.5), (7, 7.0), (-0.25, -0.25)])
def test_numbers_also_as_text(value: object, number: float) -> None:
    assert finite(value) == number


@pytest.mark.parametrize(
    "value", [None, True, "", "x", "nan", "-inf", float("nan"), 10**400, "9" * 50, [1], {"a": 1}]
)
def test_what_is_no_number_is_none(value: object) -> None:
    assert finite(value) is None


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none(), st.booleans()))
def test_it_is_a_finite_number_or_nothing(value: object) -> None:
    number = finite(value)
    assert number is None or isfinite(number)
    position = position_at(value, 0)
    assert position is None or 0 <= position.ra_deg < 360
    position_at(0, value)
    time_of_mjd(value)


def test_positions_stay_in_range() -> None:
    there = position_at("360", "-90", 0.1)
    assert there is not None
    assert (there.ra_deg, there.dec_deg, there.error_arcsec) == (0.0, -90.0, 0.1)
    assert position_at(-9999, 1) is None
    assert position_at(1, 90.5) is None
    assert position_at(1, None) is None


def test_times() -> None:
    assert time_of_mjd(51_544.5) == datetime(2000, 1, 1, 12, tzinfo=UTC)
    assert time_of_mjd("51544.5") == datetime(2000, 1, 1, 12, tzinfo=UTC)
    assert time_of_mjd(2_451_545.0) is None
    assert time_of_mjd(0) is None
    assert time_of_mjd(None) is None
