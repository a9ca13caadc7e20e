"""Waiting for a blocking call no longer than it deserves."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TypeVar

from astrolens.domain.errors import Unavailable

T = TypeVar("T")


async def call_within(function: Callable[[], T], timeout_s: float, what: str) -> T:
    """Run a blocking call in a thread of its own that nobody has to wait for, not even at exit.

    Parameters
    ----------
    function : Callable
        The call; it should end by itself soon after ``timeout_s``.
    timeout_s : float
        How long its answer is waited for.
    what : str
        Name of the thread and of the call in messages.

    Returns
    -------
    object
        What the call returns; what it raises is raised here.

    Raises
    ------
    Unavailable
        When it takes longer.
    """
    outcome: Future[T] = Future()
    threading.Thread(target=_carry, args=(function, outcome), name=what, daemon=True).start()
    try:
        async with asyncio.timeout(timeout_s):
            return await asyncio.wrap_future(outcome)
    except TimeoutError as error:
        raise Unavailable(f"{what} did not answer within {timeout_s:g} s") from error


def _carry(function: Callable[[], T], outcome: Future[T]) -> None:
    """Bring result or error over to the one who awaits, if anyone still does."""
    with suppress(InvalidStateError):
        try:
            outcome.set_result(function())
        except InvalidStateError:
            raise
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            outcome.set_exception(error)
