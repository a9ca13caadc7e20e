"""One host's door: how many at a time, how often, and when to leave it alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from astrolens.domain.errors import Unavailable

_FAILURES_TO_OPEN = 5
_FIRST_REST_S = 60.0
_LONGEST_REST_S = 900.0
LONGEST_HOLD_S = 10.0


class BreakerState(StrEnum):
    """What a circuit breaker does with a request."""

    CLOSED = "closed"  # lets it pass
    OPEN = "open"  # refuses it
    HALF_OPEN = "half_open"  # lets one pass to see whether the host is back


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clock that gates go by.

    Attributes
    ----------
    now_s : Callable
        Monotonic seconds.
    sleep : Callable
        Coroutine function that waits for some seconds.
    """

    now_s: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Breaker:
    """Opens after five failures in a row and lets one probe through when its rest is over.

    Parameters
    ----------
    timing : Timing
        The clock.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._failures = 0
        self._rests = 0
        self._open_until_s: float | None = None
        self._probing = False

    @property
    def state(self) -> BreakerState:
        """What it does now.

        Returns
        -------
        BreakerState
            Half open once the rest is over.
        """
        if self._open_until_s is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._timing.now_s() < self._open_until_s else BreakerState.HALF_OPEN

    def rest_s(self) -> float | None:
        """How long a request must wait.

        Returns
        -------
        float or None
            Seconds; None when it may pass.
        """
        if self._open_until_s is None:
            return None
        left_s = self._open_until_s - self._timing.now_s()
        if left_s > 0:
            return left_s
        return _FIRST_REST_S if self._probing else None

    def begin(self) -> None:
        """Note that a request passes; in the half-open state it is the probe."""
        self._probing = self._open_until_s is not None

    def abandon(self) -> None:
        """Note that a request ended without saying anything about the host."""
        self._probing = False

    def succeed(self) -> None:
        """Note that the host works."""
        self._failures = self._rests = 0
        self._open_until_s = None
        self._probing = False

    def fail(self) -> None:
        """Note that the host failed."""
        self._failures += 1
        if self._probing or (self._open_until_s is None and self._failures >= _FAILURES_TO_OPEN):
            rest_s = min(_LONGEST_REST_S, _FIRST_REST_S * 2.0**self._rests)
            self._open_until_s = self._timing.now_s() + rest_s
            self._rests = min(self._rests + 1, 10)
        self._probing = False


class HostGate:
    """Limits of one host.

    Parameters
    ----------
    host : str
        Its name, for messages.
    timing : Timing
        The clock.
    at_once : int
        Requests in flight.
    per_minute : float
        Requests started in a minute, evenly spaced.
    """

    def __init__(self, host: str, timing: Timing, *, at_once: int, per_minute: float) -> None:
        self.host = host
        self.breaker = Breaker(timing)
        self._timing = timing
        self._slots = asyncio.Semaphore(at_once)
        self._interval_s = 60.0 / per_minute
        self._next_start_s = timing.now_s()
        self._held_until_s = self._next_start_s

    def slow_to(self, per_minute: float) -> None:
        """Accept a stricter rate; a looser one is ignored.

        Parameters
        ----------
        per_minute : float
            Requests started in a minute.
        """
        self._interval_s = max(self._interval_s, 60.0 / per_minute)

    def hold(self, seconds: float) -> None:
        """Start nothing for a while: the host asked for it.

        Parameters
        ----------
        seconds : float
            How long, from now.
        """
        self._held_until_s = max(self._held_until_s, self._timing.now_s() + seconds)

    def rest_s(self) -> float:
        """How long a request would be refused.

        Returns
        -------
        float
            Seconds; 0 when one may come.
        """
        held_s = self._held_until_s - self._timing.now_s()
        return max(self.breaker.rest_s() or 0.0, held_s if held_s > LONGEST_HOLD_S else 0.0)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Wait for a turn and keep it for the length of one request.

        Yields
        ------
        None
            While the request may be in flight.

        Raises
        ------
        Unavailable
            At once, when the host rests or asked for a longer wait than is worth holding a worker for.
        """
        self._refuse_if_resting()
        async with self._slots:
            self._refuse_if_resting()
            self.breaker.begin()
            try:
                await self._wait_turn()
                yield
            finally:
                self.breaker.abandon()

    def _refuse_if_resting(self) -> None:
        if (rest_s := self.breaker.rest_s()) is not None:
            raise Unavailable(
                f"{self.host} failed repeatedly and rests for {rest_s:.0f} s", retry_after_s=rest_s
            )
        held_s = self._held_until_s - self._timing.now_s()
        if held_s > LONGEST_HOLD_S:
            raise Unavailable(f"{self.host} asked to wait {held_s:.0f} s", retry_after_s=held_s)

    async def _wait_turn(self) -> None:
        now_s = self._timing.now_s()
        start_s = max(now_s, self._next_start_s, self._held_until_s)
        self._next_start_s = start_s + self._interval_s
        if start_s > now_s:
            await self._timing.sleep(start_s - now_s)
