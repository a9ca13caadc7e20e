"""A hand that hurries and one that looks."""

from astrolens.tui.held import Held


def test_who_looks_is_served_at_once_and_who_hurries_when_the_hand_stops() -> None:
    moments = iter([0.0, 0.0, 0.5, 0.53, 0.56, 1.0])
    held = Held(lambda: next(moments))
    waits = [held.settle_s() for _ in range(5)]
    assert waits[0] == waits[1] == waits[4] < 0.03, "the first row, one after a while, one after a held key"
    assert waits[2] == waits[3] > 0.03, "longer than the time between two keys of a held one"
