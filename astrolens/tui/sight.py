"""How this terminal sees pictures: what it can draw, and the look that is kept over restarts."""

import asyncio
import fcntl
import struct
import sys
import termios
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events

from astrolens.config.settings import UiSettings
from astrolens.tui.album import Album
from astrolens.tui.graphics.answers import plausible_cell
from astrolens.tui.graphics.asking_driver import AskingDriver, TerminalAnswered
from astrolens.tui.graphics.detect import Graphics, choose_graphics, may_ask
from astrolens.tui.graphics.sixel import DEFAULT_CELL_PX
from astrolens.tui.live import Live
from astrolens.tui.look import View
from astrolens.tui.look_memory import lasting, remember, remembered
from astrolens.tui.widgets.picture_view import PictureView
from astrolens.tui.work import begin

if TYPE_CHECKING:
    from textual.app import App

    _App = App[int]
else:
    _App = object

_WRITES_EVERY_S = 2.0


class Sight(_App):
    """A part of the app."""

    album: Album
    live: Live
    _environment: Mapping[str, str] | None = None  # None: nobody looked for pixels, nor shall
    _setting = "cells"
    _look_file: Path | None = None
    _look_kept: View | None = None

    # ----------------------------------------------------------------- pixels

    def look_for_pixels(self, settings: UiSettings, environment: Mapping[str, str]) -> None:
        """Choose what draws large pictures by what is known, and ask the terminal for the rest; before the app runs."""
        is_terminal = all(
            stream is not None and stream.isatty()
            for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
        )
        half_cells = self.live.glyphs.half_cells
        ways = partial(choose_graphics, settings.pictures, environment, half_cells=half_cells)
        self.album.graphics = ways(is_terminal=is_terminal)
        if may_ask(settings.pictures, environment, half_cells=half_cells, is_terminal=is_terminal):
            self._environment, self._setting = environment, settings.pictures
            self.driver_class = AskingDriver

    def on_terminal_answered(self, message: TerminalAnswered) -> None:
        """The terminal said what it can draw."""
        album, said = self.album, message.answers
        if self._environment is None:
            return
        before = album.graphics, album.cell_px
        album.graphics = choose_graphics(
            self._setting, self._environment, half_cells=True, is_terminal=True, answers=said
        )
        album.cell_px = said.cell(*self.size) or _cell_by_system(*self.size) or DEFAULT_CELL_PX
        if (album.graphics, album.cell_px) != before:
            for screen in self.screen_stack:
                for picture in screen.query(PictureView):
                    picture.again()

    def on_resize(self, _event: events.Resize) -> None:
        """Another font has other cells."""
        if self.album.graphics is Graphics.SIXEL and isinstance(self._driver, AskingDriver):
            self._driver.ask_again()

    # ------------------------------------------------------------------- look

    async def remember_looks_in(self, path: Path) -> None:
        """Begin with the look of last time, and keep it from now on; before the app runs."""
        self._look_file = path
        self.album.view = self._look_kept = await asyncio.to_thread(remembered, path)

    def keep_looks(self) -> None:
        """Look from time to time whether there is something to write; when the app runs."""
        if self._look_file is not None:
            self.set_interval(_WRITES_EVERY_S, lambda: begin(self, self.write_look, group="look"))

    async def write_look(self) -> None:
        """Write the look if it is another one."""
        now = lasting(self.album.view)
        if self._look_file is not None and now != self._look_kept:
            self._look_kept = now
            await asyncio.to_thread(remember, self._look_file, now)


def _cell_by_system(columns: int, rows: int) -> tuple[int, int] | None:
    """What the system knows of the window; None when it knows nothing of pixels."""
    try:
        _rows, _columns, width, height = struct.unpack("HHHH", fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8)))
    except OSError:
        return None
    return plausible_cell(width // columns, height // rows) if columns and rows else None
