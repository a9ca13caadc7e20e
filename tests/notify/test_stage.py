"""Telling never raises, never hangs, and says what became of it."""

import asyncio
import threading
import time

import pytest

from astrolens.config.settings import NotifySettings
from astrolens.notify.rules import Told
from astrolens.notify.stage import Notifier
from tests.notify.fake_desktop import FakeDesktop, serving
from tests.notify.findings import finding


class Clock:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


class Hanging:
    """A desktop that keeps a thread until it is let go."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def notify(self, title: str, message: str, app_name: str, *, timeout: int) -> None:
        self.release.wait(10.0)


async def test_a_finding_reaches_the_desktop_of_the_session(
    bus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address)
    async with serving(bus_address, FakeDesktop()) as desktop:
        assert await Notifier(NotifySettings()).tell(finding()) is Told.SHOWN
    assert desktop.shown[0][0] == "6.2 sigma in sdss"


async def test_a_storm_is_three_messages_and_a_digest(
    bus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address)
    clock = Clock()
    notifier = Notifier(NotifySettings(burst=3), clock=clock)
    async with serving(bus_address, FakeDesktop()) as desktop:
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(notifier.tell(finding(number))) for number in range(1000)]
        assert time.monotonic() - started < 20.0
        outcomes = [task.result() for task in tasks]
        assert (outcomes.count(Told.SHOWN), outcomes.count(Told.HELD)) == (3, 997)
        assert await notifier.tell_held() is None
        clock.now += 31.0
        assert await notifier.tell_held() is Told.SHOWN
        assert await notifier.tell_held() is None
    assert len(desktop.shown) == 4
    assert desktop.shown[-1][0] == "997 findings"


async def test_without_a_bus_the_finding_waits_for_a_digest(
    bus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    notifier = Notifier(NotifySettings(), clock=clock)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    assert await notifier.tell(finding(1)) is Told.FAILED
    assert await notifier.tell(finding(2)) is Told.FAILED
    assert await notifier.tell_held() is None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address)
    clock.now += 61.0
    async with serving(bus_address, FakeDesktop()) as desktop:
        assert await notifier.tell_held() is Told.SHOWN
    assert [title for title, _ in desktop.shown] == ["2 findings"]


async def test_no_variable_at_all_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert await Notifier(NotifySettings()).tell(finding()) is Told.FAILED


async def test_a_desktop_that_hangs_costs_one_time_limit() -> None:
    desktop = Hanging()
    notifier = Notifier(NotifySettings(timeout_s=0.3), desktop=desktop)
    started = time.monotonic()
    assert await notifier.tell(finding(1)) is Told.FAILED
    first = time.monotonic() - started
    assert [await notifier.tell(finding(number)) for number in range(2, 50)].count(Told.FAILED) >= 2
    assert time.monotonic() - started < first + 7.0  # fifty limits of 0.3 s would be 15 s
    desktop.release.set()


async def test_switched_off_means_silent() -> None:
    assert await Notifier(NotifySettings(desktop=False)).tell(finding()) is Told.OFF
