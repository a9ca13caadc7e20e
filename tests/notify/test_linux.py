"""Our Linux back-end on a real session bus."""

import asyncio
import time

import pytest
from plyer.facades import Notification

from astrolens.domain.errors import Unavailable
from astrolens.notify.linux import LinuxNotification
from tests.notify.fake_desktop import FakeDesktop, serving

HOSTILE = (
    "--version", "-u critical", "--app-name=Evil", "‐‐x", "- -", "a\x00b", "\x1b]0;owned\x07", "\x9b31m", "\u202egpj.exe",
    "\u2066x\u2069", "<b>bold</b>", "<img src=file:///etc/passwd>", "<a href='http://x'>y</a>", "&lt;b&gt;", "&amp;&#0;",
    "a\nb\rc\td", "", " ", "\n", "x" * 10_000, "é" * 10_000, "\U0001f600" * 500, "a" + "\u0301" * 300, "\ud800", "\ufeff",
    "`id`", "$(id)", "'; rm -rf /", '"}', "{'a': <'b'>}", "%s%n%x",
)  # fmt: skip


async def show(address: str, title: str, body: str, timeout_s: float = 3.0) -> None:
    desktop = LinuxNotification(timeout_s, address)
    await asyncio.to_thread(desktop.notify, title=title, message=body, app_name="AstroLens", timeout=10)


async def test_a_message_arrives_as_it_was_written(bus_address: str) -> None:
    async with serving(bus_address, FakeDesktop()) as desktop:
        await show(bus_address, "6.2 sigma in sdss", "Image 7 & more <5 arcsec>")
    assert desktop.shown == [("6.2 sigma in sdss", "Image 7 &amp; more &lt;5 arcsec&gt;")]
    (arguments,) = desktop.raw
    assert arguments[0] == "AstroLens"
    assert arguments[7] == 10_000
    assert isinstance(LinuxNotification(1.0), Notification)


async def test_a_desktop_without_markup_gets_plain_words(bus_address: str) -> None:
    async with serving(bus_address, FakeDesktop(capabilities=("body",))) as desktop:
        await show(bus_address, "a < b & c", "a < b & c")
    assert desktop.shown == [("a ‹ b ＆ c", "a < b & c")]


async def test_hostile_words_are_shown_literally(bus_address: str) -> None:
    async with serving(bus_address, FakeDesktop()) as desktop:
        for words in HOSTILE:
            await show(bus_address, words, words)
    assert len(desktop.shown) == len(HOSTILE)
    for title, body in desktop.shown:
        assert 0 < len(title) <= 100
        assert len(body) <= 300 * 6
        for text in (title, body):
            assert not text.startswith(("-", " "))
            assert text.isprintable()
            assert not set("<>") & set(text)


async def test_no_bus_no_service_and_a_refusal_are_told_apart_from_success(bus_address: str) -> None:
    with pytest.raises(Unavailable, match="no session bus"):
        await show("unix:path=/nonexistent/bus", "a", "b")
    with pytest.raises(Unavailable, match="no session bus"):
        await show("nonsense", "a", "b")
    with pytest.raises(Unavailable, match="ServiceUnknown"):
        await show(bus_address, "a", "b")
    async with serving(bus_address, FakeDesktop(refuses=True)):
        with pytest.raises(Unavailable, match="not today"):
            await show(bus_address, "a", "b")


async def test_a_hanging_desktop_is_left_alone(bus_address: str) -> None:
    started = time.monotonic()
    async with serving(bus_address, FakeDesktop(hangs=True)):
        with pytest.raises(Unavailable, match=r"within 0\.3 s"):
            await show(bus_address, "a", "b", timeout_s=0.3)
    assert time.monotonic() - started < 15.0
