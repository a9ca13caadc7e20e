"""Await a stranger's coroutine, and let go of one that will not be cancelled."""

import asyncio
import logging
from collections.abc import Awaitable, Generator
from typing import Any, Generic, TypeVar

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")


class Leash(Generic[_Result]):
    """Awaitable around another that makes a cancellation final.

    A coroutine that catches ``CancelledError`` and goes on would hold up a stop for ever. Here it may clean
    up for ``grace_s``; a result that it brings after the cancellation is dropped, and if it still waits for
    something after the grace it is abandoned where it stands.

    Parameters
    ----------
    awaitable : Awaitable
        The stranger's coroutine.
    grace_s : float
        Time to clean up after a cancellation, in seconds.
    name : str
        What to call it in the log.
    """

    def __init__(self, awaitable: Awaitable[_Result], *, grace_s: float, name: str) -> None:
        self._awaitable = awaitable
        self._grace_s = grace_s
        self._name = name
        self._pressed = False

    def __await__(self) -> Generator[Any, Any, _Result]:
        """Step the stranger's coroutine by hand.

        Returns
        -------
        generator
            What a task drives.
        """
        steps = self._awaitable.__await__()
        task = _this_task()
        before = task.cancelling()
        cancelled: asyncio.CancelledError | None = None
        handle: asyncio.TimerHandle | None = None
        try:
            signal = next(steps)
            while True:
                try:
                    yield signal
                except BaseException as error:
                    if isinstance(error, asyncio.CancelledError) and task.cancelling() > before:
                        if cancelled is not None:
                            self._let_go(steps, task)
                            raise
                        cancelled = error
                        handle = asyncio.get_running_loop().call_later(self._grace_s, self._press, task)
                    signal = steps.throw(error)
                else:
                    signal = next(steps)
        except StopIteration as end:
            if cancelled is not None:
                raise cancelled from None
            result: _Result = end.value
            return result
        except Exception as error:
            if cancelled is not None:
                raise cancelled from error
            raise
        finally:
            if handle is not None:
                handle.cancel()

    def _press(self, task: "asyncio.Task[Any]") -> None:
        self._pressed = True
        task.cancel()

    def _let_go(self, steps: Generator[Any, Any, _Result], task: "asyncio.Task[Any]") -> None:
        logger.warning("%s ignored its cancellation for %g s and is abandoned", self._name, self._grace_s)
        if self._pressed:  # our own second cancel must not count against the timeouts around us
            task.uncancel()
        try:
            steps.close()
        except RuntimeError as error:
            logger.debug("%s: %s", self._name, error)


def _this_task() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a leash is held by a task; await it inside one")
    return task
