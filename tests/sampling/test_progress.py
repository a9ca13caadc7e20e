"""What a cursor holds of a walk."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.sampling.progress import Progress

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(0, 99), st.datetimes(timezones=st.just(UTC)))
def test_it_survives_a_restart(number: int, done: int, rounds: int, when: datetime) -> None:
    progress = Progress(plan="p", next=number, done=done, round=rounds, began_at=when)
    text = json.dumps(progress.as_json())
    assert len(text) < 200
    assert Progress.of(json.loads(text), "p") == progress


@pytest.mark.parametrize(
    "saved",
    [None, 5, "x", {}, {"plan": "other", "next": 3, "done": 3, "round": 0}, {"plan": "p", "next": "3"},
     {"plan": "p", "next": -1, "done": 0, "round": 0}, {"plan": "p", "next": True, "done": 0, "round": 0}],
)  # fmt: skip
def test_what_makes_no_sense_begins_anew(saved: Any) -> None:
    assert Progress.of(saved, "p") == Progress(plan="p")


@pytest.mark.parametrize("began", [None, 3, "yesterday", "2026-11-21T00:00:00"])
def test_a_time_that_is_none_is_forgotten(began: Any) -> None:
    saved = {"plan": "p", "next": 3, "done": 2, "round": 1, "began_at": began}
    assert Progress.of(saved, "p") == Progress(plan="p", next=3, done=2, round=1)


def test_a_round_begins_at_the_first_place() -> None:
    progress = Progress(plan="p", next=9, done=7, began_at=NOW)
    later = NOW + timedelta(days=3)
    assert progress.next_round(later) == Progress(plan="p", round=1, began_at=later)
