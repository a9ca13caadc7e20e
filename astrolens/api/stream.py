"""GET /events: what happens, as it happens, from a cursor; GET /events/page: the same as pages."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from astrolens.api.context import ApiContext
from astrolens.api.hub import Missed, Subscription
from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.rows import event_row
from astrolens.api.wire import EventPage, MissedRow
from astrolens.domain.event import Event

_LOG = logging.getLogger(__name__)

MOST_READERS = 64
_HEARTBEAT_S = 10.0
_PAGE = 500
_LONGEST_INCOMING_BYTES = 4096
_CLOSE_TIMEOUT_S = 1.0

_AFTER = Parameter(
    name="after",
    words="Sequence number of the last event that is already known.",
    kind=ParameterKind.INTEGER,
    minimum=0,
    maximum=2**62,
)


class StreamHandlers:
    """Answers of ``/events``.

    Parameters
    ----------
    context : ApiContext
        Store and hub.
    """

    def __init__(self, context: ApiContext) -> None:
        self._context = context
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            Route(
                method="GET",
                path="/events",
                handler=self._stream,
                words="WebSocket: one EventRow or MissedRow a message; without a cursor, what comes next.",
                status=101,
                media_type="",
                parameters=(_AFTER,),
                errors=(503,),
            ),
            Route(
                method="GET",
                path="/events/page",
                handler=self._page,
                words="Stored events after a cursor, oldest first.",
                reply=EventPage,
                parameters=(
                    _AFTER,
                    Parameter(
                        name="limit",
                        words="Rows in the page.",
                        kind=ParameterKind.INTEGER,
                        default=100,
                        minimum=1,
                        maximum=1000,
                    ),
                ),
            ),
        ]

    async def close(self, _app: web.Application) -> None:
        """Send every reader away, at once.

        Parameters
        ----------
        _app : aiohttp.web.Application
            The application that shuts down.
        """
        async with asyncio.TaskGroup() as group:
            for number, socket in enumerate(list(self._open)):
                group.create_task(_send_away(socket), name=f"close-reader-{number}")

    async def _page(self, asked: Asked) -> web.StreamResponse:
        after = asked.query["after"] or 0
        store = self._context.store
        events = await store.run(store.events.after, after, asked.query["limit"])
        last = await store.run(store.events.last)
        missed = events[0].sequence - after - 1 if events else max(0, last - after)
        return json_reply(EventPage(rows=[event_row(event) for event in events], missed=missed, last=last))

    async def _stream(self, asked: Asked) -> web.StreamResponse:
        if len(self._open) >= MOST_READERS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_READERS} readers are attached; close one first")
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_S,
            max_msg_size=_LONGEST_INCOMING_BYTES,
            compress=False,
            timeout=_CLOSE_TIMEOUT_S,
        )
        if not socket.can_prepare(asked.request).ok:
            raise web.HTTPUpgradeRequired(text="/events speaks WebSocket; use /events/page for plain GET")
        with self._context.hub.subscribed() as waiting:
            await socket.prepare(asked.request)
            self._open.add(socket)
            try:
                await self._context.control.attached()
                await self._serve(socket, waiting, asked.query["after"])
            finally:
                self._open.discard(socket)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, waiting: Subscription, after: int | None) -> None:
        """Write until the reader goes: whichever of the two tasks ends first ends the other."""
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write(socket, waiting, after), name="event-writer")
            await _wait_until_closed(socket)
            writer.cancel()

    async def _write(self, socket: web.WebSocketResponse, waiting: Subscription, after: int | None) -> None:
        try:
            await self._write_all(socket, waiting, after)
        except ConnectionError:
            return  # the reader went while a message was on its way
        except Exception:  # noqa: BLE001
            _LOG.exception("event stream failed; its reader is sent away")
            await socket.close(code=WSCloseCode.INTERNAL_ERROR, message=b"the daemon failed; see its log")

    async def _write_all(
        self, socket: web.WebSocketResponse, waiting: Subscription, after: int | None
    ) -> None:
        known = after if after is None else await self._catch_up(socket, waiting, after)
        while True:
            item = await waiting.wait_next()
            if isinstance(item, Event) and known is not None and 0 < item.sequence <= known:
                continue
            await _send(socket, item)

    async def _catch_up(self, socket: web.WebSocketResponse, waiting: Subscription, known: int) -> int:
        """Send what is stored after the cursor; the queue meanwhile holds what is newer."""
        store = self._context.store
        while True:
            events = await store.run(store.events.after, known, _PAGE)
            if events and events[0].sequence > known + 1:
                first = events[0].sequence
                await _send(socket, Missed(count=first - known - 1, next=first))
            for event in events:
                await _send(socket, event)
                known = event.sequence
            # Events that fell out of the queue meanwhile are stored: read them as well.
            if len(events) < _PAGE and not waiting.forget():
                return known


async def _wait_until_closed(socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"this stream is only read")


async def _send(socket: web.WebSocketResponse, item: Event | Missed) -> None:
    row: Mapping[str, Any] = (
        event_row(item) if isinstance(item, Event) else MissedRow(missed=item.count, next=item.next)
    )
    await socket.send_str(json.dumps(row, separators=(",", ":")))


async def _send_away(socket: web.WebSocketResponse) -> None:
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the daemon stops")
    except TimeoutError:
        return
