"""A terminal on a fake daemon, driven by a pilot."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from textual._wait import wait_for_idle
from textual.pilot import Pilot

from astrolens.api.client import Client
from astrolens.config.settings import UiSettings
from astrolens.tui.app import AstroLensApp
from astrolens.tui.glyphs import Glyphs, unicode_glyphs
from tests.tui.fake_daemon import FakeDaemon

_LONGEST_S = 15.0
_PAUSE_S = 0.01
_QUIET_TURNS = 8  # of the loop in which nobody had anything to do
_LONGEST_IDLE_S = 0.06


@pytest.fixture
def socket() -> Iterator[Path]:
    """A path that is short enough for a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="al") as folder:
        yield Path(folder) / "s"


@dataclass
class Terminal:
    """The app, its pilot, and the daemon it talks to."""

    app: AstroLensApp
    pilot: Pilot[int]
    daemon: FakeDaemon

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the app work until something holds."""
        given_up = monotonic() + _LONGEST_S
        while monotonic() < given_up:
            if condition():
                return
            await self.pilot.pause(_PAUSE_S)
        raise AssertionError(f"this never came true: {what or condition}\n{self.screen()}")

    async def until_shown(self, words: str) -> None:
        """Let the app work until the screen shows some words."""
        await self.until(lambda: words in self.screen(), f"'{words}' on the screen")

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    def screen(self) -> str:
        """What stands on the screen, as text."""
        return screen_text(self.app)


async def drained(app: AstroLensApp) -> None:
    """Wait until every widget has done what it was told, then a moment for what that began in threads."""
    await handled(app)
    await wait_for_idle(0, _LONGEST_IDLE_S)


async def handled(app: AstroLensApp) -> None:
    """Wait until every widget has done what it was told."""
    quiet, given_up = 0, monotonic() + _LONGEST_S
    while quiet < _QUIET_TURNS and monotonic() < given_up:
        await asyncio.sleep(0)
        nodes = (app, *app.screen.walk_children(with_self=True)) if app.screen_stack else (app,)
        quiet = quiet + 1 if all(node._message_queue.empty() for node in nodes) else 0


async def left(app: AstroLensApp) -> None:
    """Leave as a person does, in turn behind the keys; a pilot pulls the screens away under them."""
    while app.is_running and (app._turn_ends or app._next_keys):
        await asyncio.sleep(0)
    if app.is_running:
        app.exit(app.return_value)
    if app._task is not None:
        await app._task


def screen_text(app: AstroLensApp) -> str:
    """Every line of the screen as it is composed for the terminal."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def new_app(
    client: Client,
    settings: UiSettings | None = None,
    glyphs: Glyphs | None = None,
    keys: Mapping[str, str] | None = None,
) -> AstroLensApp:
    """An app as `run_terminal` makes it: before its loop runs, where looking for its style may block."""
    make = partial(
        AstroLensApp,
        client,
        settings or UiSettings(),
        glyphs=glyphs or unicode_glyphs(),
        retry_s=0.05,
        keys=keys,
    )
    return await asyncio.to_thread(make)


OpenTerminal = Callable[..., AbstractAsyncContextManager[Terminal]]


@pytest.fixture
def terminal(socket: Path, monkeypatch: pytest.MonkeyPatch) -> OpenTerminal:
    """``async with terminal(size=..., daemon=...) as t``: attached when it yields."""

    @asynccontextmanager
    async def opened(
        *,
        size: tuple[int, int] = (100, 30),
        prepare: Callable[[FakeDaemon], None] | None = None,
        settings: UiSettings | None = None,
        glyphs: Glyphs | None = None,
        total: int = 41,
        near_misses: int = 2310,
        view: str = "overview",
        keys: Mapping[str, str] | None = None,
        after_key: Callable[[AstroLensApp], Awaitable[None]] = drained,
    ) -> AsyncIterator[Terminal]:
        async with FakeDaemon(socket, total=total, near_misses=near_misses) as daemon:
            if prepare is not None:
                prepare(daemon)
            async with Client(socket) as client:
                app = await new_app(client, settings, glyphs, keys)
                # Textual's own wait lasts up to a second, twice for every key, while threads draw pictures.
                for place in ("textual.app", "textual.pilot"):
                    monkeypatch.setattr(f"{place}.wait_for_idle", lambda *_args: after_key(app))
                async with app.run_test(size=size) as pilot:
                    driven = Terminal(app=app, pilot=pilot, daemon=daemon)
                    await driven.until(lambda: app.live.attached, "attached")
                    if view == "candidates":
                        await driven.press("2")
                        await driven.until(lambda: daemon.pages_read and app.screen.query("#list"))
                    if view == "review":
                        await driven.press("3")
                        await driven.until(lambda: app.screen.query("#review-picture"))
                    yield driven
                    await left(app)

    return opened
