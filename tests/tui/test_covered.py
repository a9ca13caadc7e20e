"""A view that a card covers paints nothing; when the card goes, what the terminal shows is right, cell by cell."""

import re
from collections.abc import Callable

from rich.cells import get_character_cell_size
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from astrolens.tui.palette import LIGHT_THEME
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from tests.tui.conftest import OpenTerminal, Terminal

_SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([a-zA-Z])|\x1b\][^\x07]*\x07")
_Cells = dict[tuple[int, int], tuple[str, str]]


class Painted:
    """What a terminal would show: cells with their character and style, from all that was written to it."""

    def __init__(self, app: App[int]) -> None:
        self.cells: _Cells = {}
        self.updates = 0
        self._app = app
        self._display: Callable[..., None] = app._display
        app._display = self._take  # type: ignore[method-assign,assignment]

    def _take(self, screen: Screen[None], update: object) -> None:
        if isinstance(update, CompositorUpdate) and not self._app._batch_count:
            self.updates += 1
            self._write(update.render_segments(self._app.console), self.cells)
        self._display(screen, update)

    def whole(self) -> _Cells:
        """The same if everything were painted now."""
        cells: _Cells = {}
        update = self._app.screen._compositor.render_full_update()
        self._write(update.render_segments(self._app.console), cells)
        return cells

    def differs(self) -> list[tuple[int, int]]:
        """Cells that show something else than they should."""
        return [place for place, cell in self.whole().items() if self.cells.get(place) != cell]

    @staticmethod
    def _write(text: str, cells: _Cells) -> None:
        x, y, style, at = 0, 0, "", 0
        while at < len(text):
            if (found := _SEQUENCE.match(text, at)) is not None:
                at, (values, kind) = found.end(), found.groups()
                if kind == "H":
                    row, column = values.split(";")
                    x, y = int(column) - 1, int(row) - 1
                elif kind == "m":
                    style = "" if values in ("", "0") else f"{style};{values}"
                continue
            one, at = text[at], at + 1
            if one == "\n":
                x, y = 0, y + 1
            elif one != "\r":
                cells[x, y] = (one, style)
                x += get_character_cell_size(one)


async def settled(t: Terminal) -> None:
    for _ in range(5):
        await t.pilot.pause()


async def covered(t: Terminal) -> Painted:
    await t.until_shown("1 of 41")
    painted = Painted(t.app)
    await t.press("enter")
    await t.until(lambda: isinstance(t.app.screen, CardScreen))
    await settled(t)
    return painted


async def back(t: Terminal, painted: Painted) -> None:
    await t.press("escape")
    await t.until(lambda: isinstance(t.app.screen, CandidatesView))
    await t.until(lambda: not painted.differs(), "the terminal shows what the screen holds")


async def test_the_list_comes_back_as_it_was(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        painted = await covered(t)
        assert not painted.differs()
        await back(t, painted)
        assert "1 of 41" in t.screen()


async def test_a_size_that_changed_meanwhile(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        painted = await covered(t)
        await t.pilot.resize_terminal(120, 40)
        await settled(t)
        await t.until(lambda: not painted.differs())
        await back(t, painted)
        assert max(x for x, _ in painted.whole()) == 119
        assert max(y for _, y in painted.whole()) == 39


async def test_a_theme_that_changed_meanwhile(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        painted = await covered(t)
        dark = painted.whole()
        t.app.action_use_theme(LIGHT_THEME)
        await settled(t)
        await back(t, painted)
        now = painted.whole()
        assert not [place for place in now if now[place][1] == dark.get(place, ("", ""))[1] != ""]


async def test_rows_that_changed_meanwhile(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        painted = await covered(t)
        await t.press("a", "n", "k")
        await t.until(lambda: len(t.daemon.labels) == 2)
        image_id = t.daemon.labels[0]["image_id"] + 1000
        await t.daemon.happen("finding", image_id, source="sdss", sigma=4.0)
        await t.daemon.stop()
        await t.until_shown("daemon gone")
        await back(t, painted)
        assert "daemon gone" in t.screen()


async def test_a_covered_view_paints_nothing(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        painted = await covered(t)
        view = next(screen for screen in t.app.screen_stack if isinstance(screen, CandidatesView))
        before = painted.updates
        view.refresh()
        for widget in view.walk_children():
            widget.refresh()
        await settled(t)
        assert painted.updates == before
        await back(t, painted)
