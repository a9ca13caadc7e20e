"""The views 4 to 8: reached by key and by mouse, at every size, in every state."""

import pytest

from astrolens.tui.glyphs import ascii_glyphs
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.screens.log import LogView
from astrolens.tui.screens.models import ModelsView
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.screens.sky import SkyView
from astrolens.tui.screens.transients import TransientsView
from astrolens.tui.screens.view import View
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.reading import Reading
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon

_VIEWS: dict[str, type[View]] = {
    "4": TransientsView,
    "5": SkyView,
    "6": ModelsView,
    "7": LogView,
    "8": SettingsView,
}


async def shown(t: Terminal, view: type[View]) -> None:
    await t.until(lambda: isinstance(t.app.screen, view), view.NAME)


async def test_keys_and_tabs(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        for key, view in _VIEWS.items():
            await t.press(key)
            await shown(t, view)
        await t.pilot.click("Tabs", offset=(t.screen().splitlines()[1].index("Models") + 1, 0))
        await t.until(lambda: isinstance(t.app.screen, ModelsView))


@pytest.mark.parametrize("size", [(20, 5), (60, 18), (80, 24), (300, 80)])
async def test_every_size_is_alive(terminal: OpenTerminal, size: tuple[int, int]) -> None:
    async with terminal(size=size) as t:
        for key, view in _VIEWS.items():
            await t.press(key)
            await shown(t, view)
            await t.pilot.pause()
            assert t.screen().strip()


async def test_a_daemon_that_cannot_answer_is_quoted(terminal: OpenTerminal) -> None:
    def failing(daemon: FakeDaemon) -> None:
        daemon.views.error = "the database is locked"

    async with terminal(size=(120, 40), prepare=failing) as t:
        for key in _VIEWS:
            await t.press(key)
            await t.until_shown("the database is locked")
        t.daemon.views.error = None
        await t.press("r")
        await t.until_shown("detect.budget_per_1000")


async def test_a_daemon_that_comes_back_is_asked_again(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("6")
        await t.until_shown("Is the budget kept?")
        await t.daemon.stop()
        await t.until(lambda: not t.app.live.attached)
        await t.press("r")
        await t.until_shown("could not be read")
        assert "Is the budget kept?" in t.screen(), "what was read stays"
        await t.daemon.start()
        await t.until(lambda: "could not be read" not in t.screen())


async def test_ascii_has_no_other_signs(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), glyphs=ascii_glyphs()) as t:
        for key in ("5", "e", "6", "7", "8"):
            await t.press(key)
            await t.pilot.pause(0.1)
            assert t.screen().isascii(), [one for one in t.screen() if not one.isascii()]


async def test_eight_tabs_fit_into_eighty_columns(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24)) as t:
        await t.until_shown("1 Overview  2 Cand. 41  3 Review  4 Trans.  5 Sky  6 Models  7 Log  8 Settings")


async def test_every_view_has_its_words_above_and_reads_again(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 30)) as t:
        for key, view in _VIEWS.items():
            await t.press(key)
            await shown(t, view)
            assert [*t.app.screen.query(HeadLine), *t.app.screen.query(Reading)]
            assert issubclass(view, AskedView | LogView)
