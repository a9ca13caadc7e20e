"""A desktop on a private session bus that writes down what it is told."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

NAME = "org.freedesktop.Notifications"


@dataclass
class FakeDesktop:
    """How it behaves, and what it was told: (title, body)."""

    capabilities: tuple[str, ...] = ("body", "body-markup")
    hangs: bool = False
    refuses: bool = False
    shown: list[tuple[str, str]] = field(default_factory=list)
    raw: list[list[object]] = field(default_factory=list)

    def answer(self, asked: Message) -> Message | bool | None:
        if asked.message_type is not MessageType.METHOD_CALL or asked.interface != NAME:
            return None
        if self.hangs:
            return True
        if self.refuses:
            return Message.new_error(asked, "org.example.Refused", "not today")
        if asked.member == "GetCapabilities":
            return Message.new_method_return(asked, "as", [list(self.capabilities)])
        self.raw.append(list(asked.body))
        self.shown.append((asked.body[3], asked.body[4]))
        return Message.new_method_return(asked, "u", [len(self.shown)])


@contextmanager
def session_bus() -> Iterator[str]:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed; install the package dbus")
    arguments = [program, "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@asynccontextmanager
async def serving(address: str, desktop: FakeDesktop) -> AsyncIterator[FakeDesktop]:
    bus = await MessageBus(address).connect()
    bus.add_message_handler(desktop.answer)
    await bus.request_name(NAME)
    try:
        yield desktop
    finally:
        bus.disconnect()
        async with asyncio.timeout(15.0):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
