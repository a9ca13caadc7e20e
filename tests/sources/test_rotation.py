"""Turns by weight, rest after failures, health over a restart."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.sources.rotation import LONGEST_REST_S, Rotation, Turn

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _rotation(*turns: Turn, seed: int = 1) -> Rotation:
    return Rotation(turns, random=Random(seed))


def _later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_turns_are_spread_by_weight() -> None:
    rotation = _rotation(Turn(name="a", weight=5), Turn(name="b", weight=1), Turn(name="c", weight=1))
    order = []
    for _ in range(14):
        name = rotation.next_due(NOW)
        assert name is not None
        order.append(name)
        rotation.record_ok(name, NOW, more=True)
    assert "".join(order[:7]) == "aabacaa"
    assert order[:7] == order[7:]


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=6))
def test_nobody_starves_and_shares_are_kept(weights: list[float]) -> None:
    rotation = _rotation(*(Turn(name=str(i), weight=weight) for i, weight in enumerate(weights)))
    asked: Counter[str] = Counter()
    for _ in range(300):
        name = rotation.next_due(NOW)
        assert name is not None
        asked[name] += 1
        rotation.record_ok(name, NOW, more=True)
    for i, weight in enumerate(weights):
        assert abs(asked[str(i)] - 300 * weight / sum(weights)) <= len(weights)


def test_a_source_waits_for_its_interval() -> None:
    rotation = _rotation(Turn(name="a", interval_s=10), Turn(name="b", interval_s=30))
    for name in ("a", "b"):
        assert rotation.next_due(NOW) == name
        rotation.record_ok(name, NOW)
    assert rotation.next_due(_later(9.9)) is None
    assert rotation.wait_s(_later(4)) == 6
    assert rotation.next_due(_later(10)) == "a"
    assert rotation.wait_s(_later(10)) == 20


def test_a_source_is_asked_once_at_a_time() -> None:
    rotation = _rotation(Turn(name="a"))
    assert rotation.wait_s(NOW) == 0
    assert rotation.next_due(NOW) == "a"
    assert rotation.next_due(NOW) is None
    assert rotation.wait_s(NOW) is None
    assert rotation.health()["a"]["asked"]
    rotation.give_back("a")
    assert rotation.next_due(NOW) == "a"


def test_failures_rest_longer_and_longer_with_jitter() -> None:
    rotation = _rotation(Turn(name="a"))
    rests = [rotation.record_failure("a", NOW, "no answer") for _ in range(12)]
    for number, rest_s in enumerate(rests):
        wanted = min(LONGEST_REST_S, 15 * 2**number)
        assert 0.5 * wanted <= rest_s <= 1.5 * wanted
    assert rests[0] != _rotation(Turn(name="a"), seed=2).record_failure("a", NOW, "no answer")
    assert rotation.next_due(_later(rests[-1] - 1)) is None
    assert rotation.next_due(_later(rests[-1])) == "a"
    rotation.record_ok("a", NOW)
    assert rotation.health()["a"]["failures"] == 0
    assert rotation.record_failure("a", NOW, "no answer") <= 1.5 * 15


@pytest.mark.parametrize(
    ("asked_s", "least", "most"), [(500, 500, 500), (1e9, 86_400, 86_400), (1, 7.5, 22.5)]
)
def test_the_other_side_may_ask_for_more_rest(asked_s: float, least: float, most: float) -> None:
    rest_s = _rotation(Turn(name="a")).record_failure("a", NOW, "429", retry_after_s=asked_s)
    assert least <= rest_s <= most


def test_a_broken_source_is_never_due() -> None:
    rotation = _rotation(Turn(name="a", error="no class Source"))
    assert rotation.next_due(NOW) is None
    assert rotation.wait_s(NOW) is None
    health = rotation.health()["a"]
    assert (health["state"], health["reason"]) == ("broken", "no class Source")


def test_health_survives_a_restart() -> None:
    rotation = _rotation(Turn(name="a"), Turn(name="b"))
    rotation.record_ok("b", NOW)
    rest_s = rotation.record_failure("a", NOW, "down\x1b[31m")
    saved = json.loads(json.dumps(rotation.health()))
    assert saved["a"]["state"] == "resting"
    assert saved["a"]["reason"] == "down�[31m"
    assert saved["b"] == {
        "state": "ok", "resting_until": None, "failures": 0, "reason": "",
        "last_ok_at": "2026-01-01T00:00:00.000Z", "asked": False, "due_at": "2026-01-01T00:01:00.000Z",
        "held": False,
    }  # fmt: skip
    again = Rotation([Turn(name="a"), Turn(name="c")], random=Random(1), health=saved)
    assert again.next_due(NOW) == "c"
    assert again.next_due(_later(rest_s + 1)) == "a"
    assert again.record_failure("a", NOW, "down") >= 15  # the second in a row


def test_a_person_can_wake_a_resting_source() -> None:
    rotation = _rotation(Turn(name="a"))
    rotation.record_failure("a", NOW, "down")
    assert rotation.next_due(NOW) is None
    rotation.wake("a")
    assert rotation.next_due(NOW) == "a"


def test_a_source_that_a_person_paused_is_not_asked_and_stays_so() -> None:
    rotation = Rotation([Turn(name="a"), Turn(name="b")], random=Random(1))
    rotation.hold("a", held=True)
    assert rotation.due(NOW) == ["b"]
    assert rotation.health()["a"]["held"] is True
    again = Rotation([Turn(name="a"), Turn(name="b")], random=Random(1), health=rotation.health())
    assert again.due(NOW) == ["b"]
    again.hold("b", held=True)
    assert again.wait_s(NOW) is None
    again.hold("a", held=False)
    assert again.next_due(NOW) == "a"
