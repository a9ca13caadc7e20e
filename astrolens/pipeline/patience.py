"""What a loop does when the store itself cannot write: it rests, and tries again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from astrolens.domain.errors import Unavailable

log = logging.getLogger(__name__)

REST_S = 15.0
Result = TypeVar("Result")


async def patient(
    work: Callable[[], Awaitable[Result]], what: str, otherwise: Result, *, rest_s: float = REST_S
) -> Result:
    """Do one turn of a loop; a full disk makes it rest instead of ending the process.

    Parameters
    ----------
    work : Callable
        Coroutine function of one turn.
    what : str
        For the log.
    otherwise : Result
        What the turn is taken to have given when it could not be done.
    rest_s : float
        Seconds to wait before the loop turns again.

    Returns
    -------
    Result
        Of the turn, or ``otherwise``.
    """
    try:
        return await work()
    except Unavailable as error:
        log.error("%s rests %.0f s: %s", what, rest_s, error)
        await asyncio.sleep(rest_s)
        return otherwise
