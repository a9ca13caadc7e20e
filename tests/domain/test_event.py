"""Events are frozen, and their kinds are words."""

import json
from dataclasses import FrozenInstanceError, asdict

import pytest

from astrolens.domain.event import Event, EventKind


def test_an_event_is_frozen_and_json_able() -> None:
    event = Event(kind=EventKind.FINDING, at="2026-01-01T00:00:00.000Z", image_id=3, payload={"sigma": 4.2})
    assert json.loads(json.dumps(asdict(event)))["kind"] == "finding"
    assert event.sequence == 0
    with pytest.raises(FrozenInstanceError):
        event.sequence = 1  # type: ignore[misc]


def test_kinds_are_unique_lower_case_words() -> None:
    values = [kind.value for kind in EventKind]
    assert len(set(values)) == len(values)
    assert all(value.replace("_", "").isalpha() and value.islower() for value in values)
    assert EventKind("finding") is EventKind.FINDING
