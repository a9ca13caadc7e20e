"""Plays a recording: a client that answers from a file instead of a daemon."""

import asyncio
import json
from base64 import b64decode
from bisect import bisect_right
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire import EventRow, MissedRow
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.tui.read_only import READING
from astrolens.tui.recording import FORMAT, VERSION

Reply = TypeVar("Reply")

ONLY_SHOWS = "this is a recording; it only shows"
_LARGEST_FILE_BYTES = 1 << 30
_STATUS = "/stats"


@dataclass(slots=True)
class Tape:
    """A recording in memory; times in seconds since its start, rising."""

    events: list[tuple[float, EventRow | MissedRow]] = field(default_factory=list)
    replies: dict[str, list[tuple[float, Any]]] = field(default_factory=dict)
    away: list[tuple[float, str]] = field(default_factory=list)  # since when there, or away and why
    length_s: float = 0.0

    def away_because(self, now_s: float) -> str:
        """Why nobody answered at a time; empty when somebody did."""
        place = bisect_right(self.away, now_s, key=lambda item: item[0])
        return self.away[place - 1][1] if place else ""

    def reply(self, target: str, now_s: float) -> Any:
        """The newest answer of that time, or the first one that came later."""
        heard = self.replies[target]
        return heard[max(0, bisect_right(heard, now_s, key=lambda item: item[0]) - 1)][1]


def read_tape(file: Path) -> Tape:
    """Read a recording; a last line that was cut off is left out."""
    try:
        if file.stat().st_size > _LARGEST_FILE_BYTES:
            raise ConfigError(
                f"{file} is larger than {_LARGEST_FILE_BYTES >> 20} MiB; cut its last lines off"
            )
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise ConfigError(
            f"{file}: {error.strerror}; name a file that 'astrolens tui --record' wrote"
        ) from error
    if _parsed(lines[0]).get(FORMAT) != VERSION:
        raise ConfigError(f"{file} is no recording of version {VERSION}; 'astrolens tui --record' writes one")
    tape = Tape()
    for number, line in enumerate(lines[1:], 2):
        try:
            _take(tape, _parsed(line))
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"{file}:{number} is no line of a recording: {error}") from error
    return tape


def _parsed(line: str) -> dict[str, Any]:
    try:
        parsed = json.loads(line)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _take(tape: Tape, entry: dict[str, Any]) -> None:
    if "t" not in entry:
        return
    now_s = tape.length_s = max(tape.length_s, float(entry["t"]))
    if "event" in entry:
        tape.events.append((now_s, entry["event"]))
    elif "gone" in entry:
        if entry.get("target") == _STATUS:
            tape.away.append((now_s, str(entry["gone"])))
    elif "reply" in entry:
        reply = entry["reply"]
        target = str(reply["target"])
        body = b64decode(reply["base64"]) if "base64" in reply else reply.get("json", reply.get("text"))
        tape.replies.setdefault(target, []).append((now_s, body))
        if target == _STATUS and tape.away and tape.away[-1][1]:
            tape.away.append((now_s, ""))


class ReplayClient(Client):
    """Answers as the daemon did at that moment of the recording; stays at its end."""

    def __init__(self, file: Path, *, speed: float = 1.0) -> None:
        if not 0.0 < speed <= 1000.0:
            raise ValueError(f"a speed of {speed:g} cannot be played; give one between 0 and 1000")
        self._file = file
        self._speed = speed
        self._tape = Tape()
        self._began = 0.0

    async def __aenter__(self) -> Self:
        """Read the file; the clock starts."""
        self._tape = await asyncio.to_thread(read_tape, self._file)
        self._began = monotonic()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    @property
    def length_s(self) -> float:
        """Seconds that were recorded."""
        return self._tape.length_s

    def _now_s(self) -> float:
        return (monotonic() - self._began) * self._speed

    async def ask(self, call: Call[Reply]) -> Reply:
        """What was answered then."""
        if call.method != READING:
            raise BadData(f"{ONLY_SHOWS}; 'astrolens tui' attaches to a daemon")
        if reason := self._tape.away_because(self._now_s()):
            raise Unavailable(reason)
        if call.target() not in self._tape.replies:
            raise BadData(f"{call.path} was not looked at when this was recorded")
        return cast(Reply, self._tape.reply(call.target(), self._now_s()))

    async def events(self, after: int | None = None) -> AsyncIterator[EventRow | MissedRow]:
        """What happened, when it happened."""
        for when_s, event in self._tape.events:
            await self._wait_until(when_s)
            if "missed" in event or event["sequence"] > (after or 0):
                yield event
        await self._wait_until(float("inf"))

    async def _wait_until(self, when_s: float) -> None:
        """Wait for a time of the recording; fail when the daemon goes away before."""
        ends = next((since for since, reason in self._tape.away if reason and since > self._now_s()), None)
        if reason := self._tape.away_because(self._now_s()):
            raise Unavailable(reason)
        if ends is not None and ends <= when_s:
            await asyncio.sleep(max(0.0, (ends - self._now_s()) / self._speed))
            raise Unavailable(self._tape.away_because(ends))
        if when_s == float("inf"):
            await asyncio.Event().wait()
        await asyncio.sleep(max(0.0, (when_s - self._now_s()) / self._speed))
