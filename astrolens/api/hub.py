"""Events fan out to readers; a slow reader loses the oldest, never the daemon's time."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from astrolens.domain.event import Event

QUEUE_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Events that a reader was too slow for.

    Attributes
    ----------
    count : int
        How many.
    next : int
        Sequence number of the event that comes next.
    """

    count: int
    next: int


class Subscription:
    """One reader's bounded queue.

    Parameters
    ----------
    length : int
        Most events that wait.
    """

    def __init__(self, length: int) -> None:
        self._waiting: deque[Event] = deque(maxlen=length)
        self._dropped = 0
        self._filled = asyncio.Event()

    def offer_nowait(self, event: Event) -> None:
        """Put an event into the queue; the oldest makes room.

        Parameters
        ----------
        event : Event
            A committed event.
        """
        if len(self._waiting) == self._waiting.maxlen:
            self._dropped += 1
        self._waiting.append(event)
        self._filled.set()

    def forget(self) -> bool:
        """Empty the queue and the count of lost events.

        Returns
        -------
        bool
            Whether anything had been lost.
        """
        lost = self._dropped > 0
        if lost:
            self._waiting.clear()
            self._dropped = 0
        return lost

    async def wait_next(self) -> Event | Missed:
        """Next event, or word of those that were lost before it.

        Returns
        -------
        Event or Missed
            In order.
        """
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        if self._dropped:
            missed = Missed(count=self._dropped, next=self._waiting[0].sequence)
            self._dropped = 0
            return missed
        return self._waiting.popleft()


class EventHub:
    """Where the flow posts committed events, on the loop's own thread.

    Parameters
    ----------
    queue_length : int
        Events that may wait for one reader.
    """

    def __init__(self, queue_length: int = QUEUE_LENGTH) -> None:
        self._queue_length = queue_length
        self._readers: set[Subscription] = set()

    def publish(self, event: Event) -> None:
        """Hand an event to every reader; never waits.

        Parameters
        ----------
        event : Event
            An event that is already stored.
        """
        for reader in self._readers:
            reader.offer_nowait(event)

    def readers(self) -> int:
        """Number of readers now.

        Returns
        -------
        int
            For the metrics.
        """
        return len(self._readers)

    @contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """A queue that fills from now on.

        Yields
        ------
        Subscription
            Removed at the end of the block.
        """
        reader = Subscription(self._queue_length)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)
