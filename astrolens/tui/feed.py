"""The worker that listens to the daemon and posts messages; it never touches a widget."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import cast

from textual.message import Message

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.wire import EventRow, MissedRow
from astrolens.api.wire_status import StatusReply
from astrolens.domain.errors import AstroLensError, Unavailable
from astrolens.domain.event import EventKind
from astrolens.tui.messages import DaemonAttached, DaemonGone, EventsArrived, StatsArrived

log = logging.getLogger(__name__)

RETRY_S = 1.0
_STATS_EVERY_S = 1.0
_TELL_EVERY_S = 0.1
_FIRST_EVENTS = 500  # looked back at when the terminal starts
_MOST_ROWS = 100  # kept of one tenth of a second; the rest is only counted

_TOO_MANY_FOR_A_LINE = frozenset({EventKind.IMAGE_DONE, EventKind.CROSS_MATCHED})


@dataclass(slots=True)
class _Batch:
    """Events since the last message."""

    rows: deque[EventRow] = field(default_factory=lambda: deque(maxlen=_MOST_ROWS))
    counted: int = 0
    missed: int = 0
    finding_ids: list[int] = field(default_factory=list)

    def add(self, row: EventRow, *, fresh: bool) -> None:
        self.counted += 1
        if row["kind"] not in _TOO_MANY_FOR_A_LINE:
            self.rows.append(row)
        if fresh and row["kind"] == EventKind.FINDING and row["image_id"] is not None:
            self.finding_ids.append(row["image_id"])

    def message(self) -> EventsArrived:
        return EventsArrived(
            rows=tuple(self.rows),
            counted=self.counted,
            missed=self.missed,
            finding_ids=tuple(self.finding_ids),
        )


class Feed:
    """Keeps the terminal attached: state once a second, events at most ten times a second, for ever.

    ``post`` gets every message. A daemon that goes away is tried again every ``retry_s``, and events are
    read on from the last one that was seen.
    """

    def __init__(
        self, client: Client, post: Callable[[Message], object], *, retry_s: float = RETRY_S
    ) -> None:
        self._client = client
        self._post = post
        self._retry_s = retry_s
        self._cursor: int | None = None
        self._began_at = 0
        self.counted = 0
        self.missed = 0
        self._old_until = 0  # events up to here happened before the terminal looked
        self._batch = _Batch()
        self._arrived = asyncio.Event()

    async def run(self) -> None:
        """Attach, listen, and attach again; ends only by cancellation."""
        while True:
            try:
                await self._listen()
            except AstroLensError as error:
                self._post(DaemonGone(reason=str(error)))
            except Exception as error:
                log.exception("The feed failed; it starts again")
                self._post(DaemonGone(reason=f"{type(error).__name__} in the terminal, see its log"))
            await asyncio.sleep(self._retry_s)

    def account(self) -> str:
        """What came of the events since the first one that was looked at."""
        last = self._began_at if self._cursor is None else self._cursor
        return f"events after {self._began_at} to {last}: {self.counted} counted, {self.missed} missed"

    async def _listen(self) -> None:
        stats = await self._client.ask(questions.status())
        self._post(DaemonAttached(stats=stats, caught_up=self._behind(stats)))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read_events(), name="events")
                group.create_task(self._tell_events(), name="tell")
                group.create_task(self._ask_stats(), name="stats")
        except ExceptionGroup as errors:
            expected, bugs = errors.split(AstroLensError)
            if expected is None or bugs is not None:
                raise
            raise _first(expected) from errors

    def _behind(self, stats: StatusReply) -> int:
        """Events that were not seen; also sets the cursor when it is new or of another database."""
        if self._cursor is None or stats["last_event"] < self._cursor:
            self._old_until = stats["last_event"]
            self._cursor = self._began_at = max(0, self._old_until - _FIRST_EVENTS)
            self.counted = self.missed = 0
            return 0
        return stats["last_event"] - self._cursor

    async def _read_events(self) -> None:
        stream = cast("AsyncGenerator[EventRow | MissedRow]", self._client.events(self._cursor))
        async with aclosing(stream) as events:
            async for event in events:
                self._keep(event)
        raise Unavailable("the daemon closed the stream of events")

    def _keep(self, event: EventRow | MissedRow) -> None:
        if "missed" in event:
            gap = cast(MissedRow, event)
            self._batch.missed += gap["missed"]
            self.missed += gap["missed"]
            self._cursor = gap["next"] - 1
        else:
            self._batch.add(event, fresh=event["sequence"] > self._old_until)
            self.counted += 1
            self._cursor = event["sequence"]
        self._arrived.set()

    async def _tell_events(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._batch = self._batch, _Batch()
            self._post(batch.message())
            await asyncio.sleep(_TELL_EVERY_S)

    async def _ask_stats(self) -> None:
        while True:
            await asyncio.sleep(_STATS_EVERY_S)
            self._post(StatsArrived(stats=await self._client.ask(questions.status())))


def _first(errors: ExceptionGroup[AstroLensError]) -> AstroLensError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
