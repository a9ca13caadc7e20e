"""Threads and writes that come late, as on a machine with too much to do: what races is found at home.

``pytest --late`` runs any test so. Work of thread pools (files, SQL readers, pictures) waits before it begins and before it
is answered, and the store's one writer before it writes: mostly not, now and then a hundredth of a second, rarely a third.
Processes that a test starts are not slowed.
"""

import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent import futures
from typing import Any

_RARE, _OFTEN = 0.03, 0.25
_LONG_S, _SHORT_S = 0.3, 0.03


def come_late(seed: int) -> None:
    """Slow this process from now on."""
    chance = random.Random(seed)

    def wait() -> None:
        drawn = chance.random()
        if drawn < _OFTEN:
            time.sleep((_LONG_S if drawn < _RARE else _SHORT_S) * chance.random())

    submit, get = futures.ThreadPoolExecutor.submit, queue.Queue.get

    def submit_late(
        self: futures.ThreadPoolExecutor, call: Callable[..., Any], /, *args: Any, **named: Any
    ) -> Any:
        def late() -> Any:
            wait()
            try:
                return call(*args, **named)
            finally:
                wait()

        return submit(self, late)

    def get_late(self: "queue.Queue[Any]", block: bool = True, timeout: float | None = None) -> Any:
        item = get(self, block, timeout)
        if type(self) is queue.Queue and threading.current_thread() is not threading.main_thread():
            wait()
        return item

    futures.ThreadPoolExecutor.submit = submit_late  # type: ignore[method-assign, assignment]
    queue.Queue.get = get_late  # type: ignore[method-assign]
