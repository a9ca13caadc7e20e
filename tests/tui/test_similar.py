"""A wall of neighbours."""

from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.similar import Neighbour, SimilarScreen
from astrolens.tui.widgets.cutout import Cutout
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


async def test_it_may_be_left_while_pictures_are_hung(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("s")
        await t.until(lambda: len(t.app.screen.query(Neighbour)) == 8)
        screen = t.app.screen
        rows = [neighbour.row for neighbour in screen.query(Neighbour)]
        screen.post_message(SimilarScreen.Arrived(rows=rows, reason=""))
        screen.dismiss(None)
        await t.until_shown("1 of 41")


async def test_the_daemon_is_away(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.daemon.stop()
        await t.press("s")
        await t.until_shown("no daemon answers")
        await t.press("s")
        await t.until_shown("1 of 41")


async def test_a_small_window_has_fewer_and_larger_pictures(terminal: OpenTerminal) -> None:
    async with terminal(size=(60, 18), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("s")
        await t.until(lambda: len(t.app.screen.query(Neighbour)) == 8)
        pictures = list(t.app.screen.query(Cutout))
        await t.until(lambda: pictures[0].drawn is not None)
        assert pictures[0].drawn is not None
        assert pictures[0].drawn.rows >= 8
        assert pictures[0].content_region.y == pictures[2].content_region.y < pictures[3].content_region.y
        for _ in range(7):
            await t.press("l")
        await t.until_shown("0.876")  # the last one, which was below
        last = t.app.focused
        assert last is not None
        assert t.app.screen.query_one("#wall").region.contains_region(last.region)


async def test_why_there_is_no_picture_fits_its_box(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("s")
        await t.until_shown("picture 13 has no")
        await t.until_shown("thumbnail")


async def test_a_window_as_large_as_a_stamp_says_something(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 30), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("s")
        await t.until(lambda: isinstance(t.app.screen, SimilarScreen))
        await t.pilot.resize_terminal(20, 5)
        await t.until(lambda: t.screen().strip())
