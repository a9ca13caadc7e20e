"""Writes down what the daemon says, as lines of JSON, so that it can be played again without one.

The first line names the format. Then one line for each thing: ``t`` is seconds since the start, and one of
``event`` (an `EventRow` or `MissedRow`), ``reply`` (the answer to a question: ``target`` and ``json``, ``text`` or
``base64``) or ``gone`` (why the daemon did not answer). Nothing that changes the daemon is written down.
"""

import json
import logging
import os
import queue
import threading
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from astrolens.api.call import Call, ReplyForm
from astrolens.api.client import Client
from astrolens.api.wire import EventRow, MissedRow
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.tui.read_only import READING, WrappedClient

Reply = TypeVar("Reply")

log = logging.getLogger(__name__)

FORMAT = "astrolens recording"
VERSION = 1
_MOST_WAITING = 20_000
_LONGEST_REPLY_BYTES = 512 * 1024
_GOODBYE_S = 10.0


class Recorder:
    """A file that grows in a thread of its own; a slow disk loses lines, counted, and never the terminal's time."""

    def __init__(self, file: Path) -> None:
        self._began = monotonic()
        self._waiting: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self.dropped = 0
        try:
            number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError as error:
            raise ConfigError(f"{file} is there already; name a new file for the recording") from error
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror}; name a file that can be written") from error
        self._file = os.fdopen(number, "w", encoding="utf-8")
        self._thread = threading.Thread(target=self._write, name="recording", daemon=True)
        self._thread.start()
        self._put({FORMAT: VERSION, "started_at": iso(utc_now())})

    def note(self, **what: object) -> None:
        """Write down one thing; never waits."""
        self._put({"t": round(monotonic() - self._began, 3), **what})

    def close(self) -> None:
        """Write what waits, and how much was lost."""
        if self.dropped:
            self.note(dropped=self.dropped)
        self._waiting.put(None)
        self._thread.join(_GOODBYE_S)

    def _put(self, what: Mapping[str, object]) -> None:
        try:
            self._waiting.put_nowait(json.dumps(what, separators=(",", ":")))
        except queue.Full:
            self.dropped += 1

    def _write(self) -> None:
        with self._file as file:
            try:
                while (line := self._waiting.get()) is not None:
                    file.write(line + "\n")
                    if self._waiting.empty():
                        file.flush()
            except OSError:
                log.exception("The recording stops here")
                while self._waiting.get() is not None:
                    self.dropped += 1


class RecordingClient(WrappedClient):
    """Asks another client and writes down what it hears."""

    def __init__(self, inner: Client, recorder: Recorder) -> None:
        super().__init__(inner)
        self._recorder = recorder

    async def __aenter__(self) -> Self:
        """Open the other one."""
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both."""
        import asyncio

        await self.inner.__aexit__(kind, error, trace)
        await asyncio.to_thread(self._recorder.close)

    async def ask(self, call: Call[Reply]) -> Reply:
        """Ask, and write the answer to a question down."""
        try:
            reply = await self.inner.ask(call)
        except Unavailable as error:
            self._recorder.note(gone=str(error), target=call.target())
            raise
        if call.method == READING and (body := _body_of(call, reply)) is not None:
            self._recorder.note(reply={"target": call.target(), **body})
        return reply

    async def events(self, after: int | None = None) -> AsyncIterator[EventRow | MissedRow]:
        """Events, each written down."""
        stream = cast("AsyncGenerator[EventRow | MissedRow]", self.inner.events(after))
        try:
            async with aclosing(stream) as events:
                async for event in events:
                    self._recorder.note(event=event)
                    yield event
        except Unavailable as error:
            self._recorder.note(gone=str(error), target="/stats")
            raise


def _body_of(call: Call[Any], reply: object) -> dict[str, object] | None:
    """A reply as it stands in the file; None when it is too large to keep."""
    if call.form is ReplyForm.TEXT:
        text = str(reply)
        return {"text": text} if len(text) <= _LONGEST_REPLY_BYTES else None
    if call.form is ReplyForm.BYTES:
        content = cast(bytes, reply)
        return (
            {"base64": b64encode(content).decode("ascii")} if len(content) <= _LONGEST_REPLY_BYTES else None
        )
    return {"json": reply}
