"""A terminal on a fake daemon, driven by a pilot."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from astrolens.api.client import Client
from astrolens.config.settings import UiSettings
from astrolens.tui.app import AstroLensApp
from astrolens.tui.glyphs import Glyphs, unicode_glyphs
from tests.tui.fake_daemon import FakeDaemon

_MOST_PAUSES = 500


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
        for _ in range(_MOST_PAUSES):
            if condition():
                return
            await self.pilot.pause(0.03)
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
def terminal(socket: Path) -> OpenTerminal:
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
    ) -> AsyncIterator[Terminal]:
        async with FakeDaemon(socket, total=total, near_misses=near_misses) as daemon:
            if prepare is not None:
                prepare(daemon)
            async with Client(socket) as client:
                app = await new_app(client, settings, glyphs, keys)
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

    return opened
