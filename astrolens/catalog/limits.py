"""How often a service is asked, and when it is left in peace."""

import asyncio
import time
from collections.abc import Callable

from astrolens.domain.errors import Unavailable

_LONGEST_REST_S = 900.0


class Door:
    """Turns at one server, shared by all catalogues that live there.

    Parameters
    ----------
    per_second : float
        Most turns in one second; they are spaced, never bunched.
    parallel : int
        Turns at the same time.
    clock : Callable
        Seconds that only grow.
    """

    def __init__(
        self, per_second: float, parallel: int = 1, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.lanes = asyncio.Semaphore(parallel)
        self.interval_s = 1.0 / per_second
        self._clock = clock
        self._next_free = clock()

    def reserve(self) -> float:
        """Take the next turn.

        Returns
        -------
        float
            Seconds to wait before asking.
        """
        now = self._clock()
        start = max(now, self._next_free)
        self._next_free = start + self.interval_s
        return start - now


class ServiceGate:
    """Evenly spaced questions, and a breaker that opens after failures in a row.

    Parameters
    ----------
    name : str
        The service, for messages.
    door : Door
        Where it takes its turns.
    failures : int
        Failures in a row that open the breaker.
    rest_s : float
        First rest; it doubles up to 15 minutes while the service stays away.
    clock : Callable
        Seconds that only grow.
    """

    def __init__(
        self,
        name: str,
        door: Door,
        *,
        failures: int = 5,
        rest_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._door = door
        self._most_failures = failures
        self._first_rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._rests = 0
        self._open_until: float | None = None
        self._asked_until = clock()
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether questions are refused, but for one probe after the rest.

        Returns
        -------
        bool
            True from the last failure until a probe succeeds.
        """
        return self._open_until is not None

    def reserve(self) -> float:
        """Take the next turn; each ends in `succeeded`, `failed` or `given_up`.

        Returns
        -------
        float
            Seconds to wait before asking.

        Raises
        ------
        Unavailable
            While the service rests, or while a probe is under way.
        """
        now = self._clock()
        if self._open_until is not None:
            left = self._open_until - now
            if left > 0:
                raise Unavailable(f"{self._name} rests for {left:.0f} s after failures", left)
            if self._probing:
                raise Unavailable(f"{self._name} is being tried again", self._door.interval_s)
            self._probing = True
        return self._door.reserve()

    def succeeded(self) -> None:
        """Close the breaker: the service answered."""
        self._failures = self._rests = 0
        self._open_until = None
        self._probing = False

    def failed(self, retry_after_s: float | None = None) -> None:
        """Count a failure; open the breaker when there were too many or the service asks for a pause.

        Parameters
        ----------
        retry_after_s : float, optional
            Pause that the service asked for.
        """
        self._failures += 1
        if self._probing or self._failures >= self._most_failures or retry_after_s is not None:
            rest = min(_LONGEST_REST_S, self._first_rest_s * 2.0**self._rests)
            asked = min(_LONGEST_REST_S, retry_after_s or 0.0)
            self._open_until = self._clock() + max(rest, asked)
            self._asked_until = self._clock() + asked
            self._rests = min(self._rests + 1, 10)
        self._probing = False

    def end_rest(self) -> None:
        """Let the next question through as a probe, but for a pause that the service itself asked for."""
        if self._open_until is not None:
            self._open_until = min(self._open_until, max(self._clock(), self._asked_until))

    def given_up(self) -> None:
        """Give a turn back that came to no end, neither good nor bad."""
        self._probing = False
