"""Bounded by weight."""

from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.newest import Newest


def test_the_oldest_is_forgotten() -> None:
    kept: Newest[int, str] = Newest(2)
    kept.put(1, "a")
    kept.put(2, "b")
    kept.get(1)
    kept.put(3, "c")
    assert (kept.get(1), kept.get(2), kept.get(3)) == ("a", None, "c")
    kept.drop(3)
    assert kept.get(3) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60))))
def test_never_heavier_than_its_limit_and_its_newest(puts: list[tuple[int, int]]) -> None:
    kept: Newest[int, int] = Newest(100, weigh=lambda value: value)
    for key, value in puts:
        kept.put(key, value)
        assert kept.get(key) == value
        assert kept.weight <= 100 or len(kept) == 1
