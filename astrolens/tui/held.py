"""Whether a key is held: rows that pass faster than anyone reads are not asked about."""

from collections.abc import Callable
from time import monotonic

_HELD_S = 0.12  # between two keys of a hand that looks at each row there is more
_AT_ONCE_S = 0.02
_RESTS_S = 0.08


class Held:
    """Told of each row, says how long to wait before anything is asked about it."""

    def __init__(self, now_s: Callable[[], float] = monotonic) -> None:
        self._now_s = now_s
        self._last_s = now_s() - _HELD_S

    def settle_s(self) -> float:
        """Seconds from now on after which the hand has stopped at the row that comes now; tell it once a row."""
        last, self._last_s = self._last_s, self._now_s()
        return _RESTS_S if self._last_s - last < _HELD_S else _AT_ONCE_S
