"""A wall of neighbours."""

from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.similar import Neighbour, SimilarScreen
from tests.tui.conftest import OpenTerminal


async def test_neighbours_are_pictures_and_open_as_cards(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("s")
        await t.until_shown("0.967 ▲ ! anomaly")
        await t.press("l", "right", "h")
        await t.until(lambda: isinstance(t.app.focused, Neighbour))
        chosen = t.app.focused
        assert isinstance(chosen, Neighbour)
        assert chosen.row["id"] == 7
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.press("j")  # no list to go on in
        await t.press("escape")
        await t.until(lambda: isinstance(t.app.screen, SimilarScreen))
        await t.pilot.click(Neighbour, times=2)
        await t.until(lambda: isinstance(t.app.screen, CardScreen))


async def test_the_daemon_is_away(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.daemon.stop()
        await t.press("s")
        await t.until_shown("no daemon answers")
        await t.press("s")
        await t.until_shown("1 of 41")
