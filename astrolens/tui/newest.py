"""A dictionary of bounded weight."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Newest(Generic[Key, Value]):
    """Forgets what was used longest ago; the newest value stays, however heavy it is."""

    def __init__(self, limit: int, weigh: Callable[[Value], int] = lambda _value: 1) -> None:
        self._limit = limit
        self._weigh = weigh
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def weight(self) -> int:
        """Of everything that is kept, as it was when it came."""
        return self._weight

    def get(self, key: Key) -> Value | None:
        """The value, now the newest; None when forgotten."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value) -> None:
        """Keep a value and forget the oldest beyond the limit."""
        self.drop(key)
        weight = self._weigh(value)
        self._values[key] = value, weight
        self._weight += weight
        while self._weight > self._limit and len(self._values) > 1:
            _oldest, (_value, weight) = self._values.popitem(last=False)
            self._weight -= weight

    def drop(self, key: Key) -> None:
        """Forget one value."""
        found = self._values.pop(key, None)
        if found is not None:
            self._weight -= found[1]
