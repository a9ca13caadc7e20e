"""A client that only asks: what it is told to change it refuses, before anything is sent."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, TypeVar

from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire import EventRow, MissedRow
from astrolens.domain.errors import BadData

Reply = TypeVar("Reply")

ONLY_READS = "this terminal only reads (--read-only)"
READING = "GET"


class WrappedClient(Client):
    """Hands everything on to another client; those that add something derive from it."""

    def __init__(self, inner: Client) -> None:
        self.inner = inner

    async def __aenter__(self) -> Self:
        """Open the other one."""
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.inner.__aexit__(kind, error, trace)

    async def ask(self, call: Call[Reply]) -> Reply:
        """Ask the other one."""
        return await self.inner.ask(call)

    def events(self, after: int | None = None) -> AsyncIterator[EventRow | MissedRow]:
        """Its events."""
        return self.inner.events(after)


class ReadOnlyClient(WrappedClient):
    """Lets questions through and nothing else, whatever key or command they come from."""

    async def ask(self, call: Call[Reply]) -> Reply:
        """Ask, if it only asks."""
        if call.method != READING:
            raise BadData(f"{ONLY_READS}; leave and start 'astrolens tui' without it to change something")
        return await self.inner.ask(call)
