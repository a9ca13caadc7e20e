"""The asynchronous client: what the terminal uses."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

import aiohttp

from astrolens.api.call import UNANSWERED, Call, TcpAddress, file_name, read_reply
from astrolens.api.wire import EventRow, MissedRow
from astrolens.domain.errors import ConfigError, Unavailable

Reply = TypeVar("Reply")

_HEARTBEAT_S = 10.0
_LONGEST_EVENT_BYTES = 1 << 20


class Client:
    """One connection pool to one daemon; ``async with Client(paths.socket) as client``.

    Parameters
    ----------
    address : Path or TcpAddress
        The Unix socket, or the port on 127.0.0.1 with its token.
    """

    def __init__(self, address: Path | TcpAddress) -> None:
        self._address = address
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool; nothing is sent yet."""
        headers = {}
        connector: aiohttp.BaseConnector
        if isinstance(self._address, TcpAddress):
            connector = aiohttp.TCPConnector(limit=8)
            headers["Authorization"] = f"Bearer {self._address.token}"
        else:
            connector = aiohttp.UnixConnector(path=str(self._address), limit=8)
        self._session = aiohttp.ClientSession(
            base_url=self._base_url(), connector=connector, headers=headers, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, call: Call[Reply]) -> Reply:
        """Send one request and read its answer.

        Parameters
        ----------
        call : Call
            From `astrolens.api.questions` or `astrolens.api.orders`.

        Returns
        -------
        Reply
            In the shape that the call names.

        Raises
        ------
        BadData
            When the daemon refuses the request.
        ConfigError
            When it refuses this person.
        Unavailable
            When no daemon answers in time.
        """
        body = None if call.upload is None else await asyncio.to_thread(call.upload.read_bytes)
        try:
            async with self._opened().request(
                call.method,
                call.path,
                params=dict(call.query),
                json=call.body,
                data=None if body is None else _form(cast(Path, call.upload), body),
                timeout=aiohttp.ClientTimeout(total=call.timeout_s),
                allow_redirects=False,
            ) as answer:
                return read_reply(call, answer.status, await answer.read())
        except TimeoutError as error:
            raise Unavailable(
                f"{call.path}: no answer from {self._where()} within {call.timeout_s:g} s; "
                "the daemon may be busy or stopped"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._gone() from error

    async def events(self, after: int | None = None) -> AsyncIterator[EventRow | MissedRow]:
        """Everything that happens, from a cursor on, until the daemon goes away.

        Parameters
        ----------
        after : int, optional
            Sequence number of the last event that is already known; None starts with what comes next.

        Yields
        ------
        EventRow or MissedRow
            In order. A `MissedRow` stands for events that this reader was too slow for or that are no
            longer kept.

        Raises
        ------
        Unavailable
            When the daemon is not there, stops, or falls silent for more than a heartbeat.
        ConfigError
            When it refuses this person.
        """
        try:
            async with self._opened().ws_connect(
                "/events",
                params={} if after is None else {"after": str(after)},
                heartbeat=_HEARTBEAT_S,
                max_msg_size=_LONGEST_EVENT_BYTES,
                compress=0,
            ) as socket:
                async for message in socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        break
                    yield cast("EventRow | MissedRow", json.loads(message.data))
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403):
                raise ConfigError(
                    f"the daemon at {self._where()} refuses this user ({error.status})"
                ) from error
            raise self._gone() from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._gone() from error
        raise self._gone()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise ValueError("the client is not open; use it as 'async with Client(...) as client'")
        return self._session

    def _base_url(self) -> str:
        if isinstance(self._address, TcpAddress):
            return f"http://127.0.0.1:{self._address.port}"
        return "http://localhost"

    def _where(self) -> str:
        return self._base_url() if isinstance(self._address, TcpAddress) else str(self._address)

    def _gone(self) -> Unavailable:
        return Unavailable(f"no daemon answers at {self._where()}; {UNANSWERED}")


def _form(path: Path, body: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(
        "file", io.BytesIO(body), filename=file_name(path), content_type="application/octet-stream"
    )
    return form
