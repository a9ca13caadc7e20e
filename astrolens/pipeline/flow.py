"""One stage, one loop: a bounded inbox fed from the store, workers, and errors that decide what is next."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Generic, Protocol, TypeVar

from astrolens.domain.errors import BadData, Unavailable
from astrolens.pipeline.patience import patient

log = logging.getLogger(__name__)

_IDLE_S = 1.0
_RATE_WINDOW_S = 600.0
_RATE_MINIMUM = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 6 * 3600.0


class Ticket(Protocol):
    """What a stage needs to know of a picture to queue it."""

    @property
    def image_id(self) -> int:
        """Number in the store.

        Returns
        -------
        int
            Positive.
        """
        ...

    @property
    def attempts(self) -> int:
        """Visits of this stage that ended in `Unavailable`.

        Returns
        -------
        int
            0 or more.
        """
        ...

    @property
    def suspect(self) -> bool:
        """Whether it was in work when the process died.

        Returns
        -------
        bool
            A suspect is worked on alone, so that a second death says which picture it was.
        """
        ...


T = TypeVar("T", bound=Ticket)


@dataclass(kw_only=True)
class StageCounts:
    """What one stage did since the process started.

    Attributes
    ----------
    done, refused, delayed : int
        Pictures that went on, were parked, or must wait.
    finished_at : deque of float
        Monotonic times of the latest successes, for the rate.
    """

    done: int = 0
    refused: int = 0
    delayed: int = 0
    finished_at: deque[float] = field(default_factory=lambda: deque(maxlen=4096))

    def finished(self, count: int = 1) -> None:
        """Count pictures that went on.

        Parameters
        ----------
        count : int
            How many.
        """
        self.done += count
        now = monotonic()
        self.finished_at.extend([now] * min(count, 4096))

    def taken_back(self, count: int) -> None:
        """Count pictures as not done, since they come once more; the work was done and stays in the rate.

        Parameters
        ----------
        count : int
            How many.
        """
        self.done -= count

    def per_hour(self) -> float | None:
        """Rate over the last ten minutes.

        Returns
        -------
        float or None
            Pictures an hour; None until there is enough to say.
        """
        now = monotonic()
        recent = [moment for moment in self.finished_at if now - moment <= _RATE_WINDOW_S]
        if len(recent) < _RATE_MINIMUM:
            return None
        return len(recent) / max(now - recent[0], 1.0) * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Generic[T]):
    """How a stage reads and writes the state of pictures; every call is one committed transaction.

    Attributes
    ----------
    take : Callable
        ``take(limit, held)`` gives due pictures of this stage that are not held.
    park : Callable
        ``park(image_id, reason)``.
    wait : Callable
        ``wait(image_id, reason, seconds)``.
    """

    take: Callable[[int, Collection[int]], Awaitable[Sequence[T]]]
    park: Callable[[int, str], Awaitable[None]]
    wait: Callable[[int, str, float], Awaitable[None]]


class Stage(Generic[T]):
    """One stage of the flow.

    Parameters
    ----------
    name : str
        What the person reads.
    ledger : Ledger
        Its view of the store.
    work : Callable
        Coroutine function that does everything for one picture and commits its new state.
    workers : int
        Pictures in work at a time.
    ready : Callable, optional
        Coroutine function: whether the stages behind have room; while it says no, nothing new is taken.
    """

    def __init__(
        self,
        name: str,
        ledger: Ledger[T],
        work: Callable[[T], Awaitable[None]],
        *,
        workers: int,
        ready: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.name = name
        self.counts = StageCounts()
        self.held: set[int] = set()
        self.in_flight: set[int] = set()
        self._ledger = ledger
        self._work = work
        self._workers = workers
        self._ready = ready
        self._inbox: asyncio.Queue[T] = asyncio.Queue(maxsize=2 * workers)
        self._wake = asyncio.Event()
        self._running = asyncio.Event()
        self._running.set()

    def wake(self) -> None:
        """Say that something may have arrived."""
        self._wake.set()

    def taken_back(self, count: int) -> None:
        """Say that pictures of this stage come once more.

        Parameters
        ----------
        count : int
            How many.
        """
        self.counts.taken_back(count)
        self.wake()

    def pause(self) -> None:
        """Take nothing new; what is in work ends."""
        self._running.clear()

    def resume(self) -> None:
        """Go on."""
        self._running.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is held.

        Returns
        -------
        bool
            True when inbox and workers are empty.
        """
        return not self.held

    @property
    def resting(self) -> bool:
        """Whether something of lower priority may use what it works with.

        Returns
        -------
        bool
            True when it is not paused and holds nothing.
        """
        return self._running.is_set() and not self.held

    async def run(self) -> None:
        """Feed the inbox and work through it until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed(), name=f"{self.name}: feed")
            for number in range(self._workers):
                group.create_task(self._worker(), name=f"{self.name}: worker {number}")

    async def _feed(self) -> None:
        while True:
            await self._running.wait()
            self._wake.clear()
            room = self._inbox.maxsize - self._inbox.qsize()
            taken: Sequence[T] = ()
            if room and (self._ready is None or await self._ready()):
                take = partial(self._ledger.take, room, frozenset(self.held))
                taken = await patient(take, self.name, otherwise=())
            suspects = [ticket for ticket in taken if ticket.suspect]
            if suspects:
                await self._alone(suspects[0])
                continue
            if taken:
                self.held.update(ticket.image_id for ticket in taken)
                for ticket in taken:
                    await self._inbox.put(ticket)
                continue
            try:
                async with asyncio.timeout(_IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _alone(self, ticket: T) -> None:
        """Work on a picture that was there at a crash while nothing else is in work."""
        await self._inbox.join()
        self.held.add(ticket.image_id)
        await self._one(ticket)

    async def _worker(self) -> None:
        while True:
            ticket = await self._inbox.get()
            try:
                await self._one(ticket)
            finally:
                self._inbox.task_done()
                self._wake.set()

    async def _one(self, ticket: T) -> None:
        image_id = ticket.image_id
        self.in_flight.add(image_id)
        try:
            await self._work(ticket)
        except BadData as error:
            self.counts.refused += 1
            log.warning("image %d parked by %s: %s", image_id, self.name, error)
            await patient(partial(self._ledger.park, image_id, str(error)), self.name, otherwise=None)
        except (Unavailable, TimeoutError) as error:
            self.counts.delayed += 1
            seconds = waiting_time_s(ticket.attempts, getattr(error, "retry_after_s", None))
            log.info("image %d waits %.0f s at %s: %s", image_id, seconds, self.name, error)
            reason = str(error) or "time ran out"
            await patient(partial(self._ledger.wait, image_id, reason, seconds), self.name, otherwise=None)
        else:
            self.counts.finished()
        finally:
            self.in_flight.discard(image_id)
            self.held.discard(image_id)


def waiting_time_s(attempts: int, asked_s: float | None) -> float:
    """How long an item waits before its next try.

    Parameters
    ----------
    attempts : int
        Tries that failed before this one.
    asked_s : float or None
        What the other side asked for.

    Returns
    -------
    float
        Seconds: what was asked for, or 30 s; doubled with each failure up to 6 h, never less than asked for.
    """
    first_s = FIRST_WAIT_S if asked_s is None else max(asked_s, 1.0)
    return max(min(first_s * 2.0 ** min(attempts, 16), LONGEST_WAIT_S), asked_s or 0.0)
