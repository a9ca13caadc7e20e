"""Every key that changes how a picture is looked at."""

from functools import partial

import pytest

from astrolens.api.wire import CandidateRow
from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.graphics.detect import Graphics
from astrolens.tui.look import LINEAR_LOOK, RASTER_LOOK, Look, View
from astrolens.tui.picture_keys import PICTURE_BINDINGS
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits
from astrolens.tui.widgets.picture_view import PictureView
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import candidate
from tests.tui.fake_pixels import in_flux


class Row:
    """A list of pictures that nobody shows; the card walks through it."""

    def __init__(self, t: Terminal, at: int) -> None:
        self.t = t
        self.at = at

    def step(self, by: int) -> tuple[CandidateRow, int]:
        self.at = max(0, min(40, self.at + by))
        self.t.app.album.near = tuple(self.at + 1 + step for step in (1, 2, 3, -1, -2) if self.at + step >= 0)
        return candidate(self.at, 41), self.at


async def on_card(t: Terminal, *, at: int = 0, seen: str = "asinh  99.5 %") -> PictureView:
    """Open a card and wait for its picture."""
    row = Row(t, at)
    t.app.call_later(t.app.push_screen, CardScreen(t.app.album, t.app.live, row.step(0)[0], row.step))
    await t.until(lambda: isinstance(t.app.screen, CardScreen))
    view = t.app.screen.query_one(PictureView)
    await t.until(lambda: view.scene is not None)
    await t.until_shown(seen)
    return view


def prepared(daemon: object) -> None:
    daemon.pixels = in_flux  # type: ignore[attr-defined]


def look_of(t: Terminal) -> Look:
    return t.app.album.view.linear


async def test_curves_limits_colours_bias_and_contrast(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        first = view.drawn
        for stretch in (Stretch.SINH, Stretch.HISTOGRAM, Stretch.POWER, Stretch.LINEAR, Stretch.LOG):
            await t.press("s")
            assert look_of(t).stretch is stretch
            await t.until_shown(f"{stretch.value}  99.5 %")
        await t.press("S")
        await t.until_shown("linear  99.5 %")
        for limits in (Limits.P99, Limits.P98, Limits.P95, Limits.P90, Limits.ZSCALE, Limits.MINMAX):
            await t.press("l")
            await t.until_shown(f"linear  {limits.value}")
        await t.press("L")
        await t.until_shown("linear  zscale")
        await t.press("c", "c")
        await t.until_shown("summit")
        await t.press("C")
        await t.until_shown("grey")
        await t.press("i")
        await t.until_shown("inverted")
        assert look_of(t).colours is ColourMap.GREY
        await t.press("z")
        await t.until_shown("asinh  99.5 %")
        await t.until(lambda: view.drawn is first, "as at first, and still kept")
        assert t.app.album.view == View()
        await t.press("]", "]", "}")
        await t.until_shown("bias 0.40 contrast 1.25")
        await t.press("[", "[", "{")
        await t.until(lambda: look_of(t) == LINEAR_LOOK)
        await t.press("[")
        await t.until_shown("bias 0.55 contrast 1.00")


async def test_near_and_far_and_aside(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        await t.press("+", "+")
        await t.until_shown("zoom 2x")
        await t.until(lambda: view.scene is not None and view.scene.span[0] < 1)
        start = t.app.album.view.at
        await t.press("shift+right", "shift+down")
        moved = t.app.album.view.at
        assert moved[0] > start[0]
        assert moved[1] > start[1]
        await t.press("shift+left", "shift+up")
        assert t.app.album.view.at == pytest.approx(start)
        await t.press("shift+right")
        await t.press("j")
        await t.until(lambda: t.app.album.view.at == (0.5, 0.5), "the next picture from its middle")
        assert t.app.album.view.zoom == 2.0, "as near as before"
        await t.press("-", "-", "-")
        await t.until(lambda: view.scene is not None and view.scene.span == (1.0, 1.0))


async def test_north_goes_up_and_back_and_bands_go_by(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        await on_card(t)
        for turned in ("N up +7°, E left", "N right +7°, E up", "N up +7°, E left"):
            await t.until_shown(turned)
            await t.press("N")
        await t.press("N")
        for name in ("g", "r", "i"):
            await t.press("b")
            await t.until_shown(f"band {name}")
        await t.press("b")
        await t.until(lambda: "band i" not in t.screen())
        await t.press("j")
        await t.until_shown('0.20"/px')
        await t.press("b")
        await t.until_shown("this picture has one band")


async def test_a_look_is_kept_over_pictures_and_each_kind_has_its_own(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        await on_card(t)
        await t.press("s", "i")
        await t.press("j", "j")
        await t.until_shown("sinh  99.5 %")
        await t.press("j")
        await t.until_shown("as its survey drew it")
        assert "thumbnail 4" in t.daemon.asked
        assert t.app.album.view.raster == RASTER_LOOK
        await t.press("s")
        await t.until_shown("log  full range")
        await t.press("k")
        await t.until_shown("sinh  99.5 %")
        assert look_of(t).inverted


async def test_the_heat_map_stays_on(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        await t.until_shown("nearest labelled")
        await t.press("h")
        await t.until_shown("heat map  ")
        assert view.heated
        await t.press("j")
        await t.until(lambda: view.heated)
        await t.press("z")
        assert view.warm, "the first look has the heat map that is on"


async def test_the_pointer_says_where_it_is(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        await t.until_shown("middle 14:02:11.3")
        scene = view.scene
        assert scene is not None
        where = (view.left_edge() + 3, (view.content_size.height - scene.rows) // 2 + 2)
        await t.pilot.hover(PictureView, offset=where)
        await t.until_shown("nmgy")
        expected = scene.sky(3.5, 2.5)
        assert expected is not None
        await t.until_shown(f"+35:4{int(expected[1] * 60) % 10}")
        assert "middle" not in t.screen()
        await t.pilot.hover("#card-facts")
        await t.until_shown("middle 14:02:11.3")


async def test_one_line_of_words_says_what_is_under_the_pointer(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24), prepare=prepared) as t:
        view = await on_card(t)
        assert "middle" not in t.screen()
        await t.pilot.hover(PictureView, offset=(view.left_edge() + 3, view.content_size.height // 2))
        await t.until_shown("14:02:1")
        await t.pilot.hover("#card-facts")
        await t.until_shown("asinh  99.5 %")


async def test_the_wheel_and_a_drag(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        await t.pilot._post_mouse_events([_wheel()], PictureView, (10, 10))
        await t.until_shown("zoom 1.5x")
        await t.press("+", "+")
        await t.until_shown("zoom 3x")
        before = t.app.album.view.at
        await t.pilot.mouse_down(PictureView, offset=(20, 10))
        await t.pilot.hover(PictureView, offset=(10, 5))
        await t.pilot.mouse_up(PictureView, offset=(10, 5))
        after = t.app.album.view.at
        assert after[0] > before[0]
        assert after[1] > before[1]
        await t.pilot.hover(PictureView, offset=(14, 8))
        assert t.app.album.view.at == after
        assert view.drawn is not None


def _wheel() -> type:
    from textual.events import MouseScrollUp

    return MouseScrollUp


async def test_the_next_pictures_are_there_before_they_are_wanted(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t, at=2)
        for near in (4, 5, 6, 2, 1):
            asked = f"pixels {near} 256"
            await t.until(partial(t.daemon.asked.__contains__, asked), f"{near} is fetched ahead")
        box = view._box()
        await t.until(lambda: t.app.album.printed(2, *box, t.app.album.view) is not None)
        await t.press("k")
        assert view.drawn is not None, "at once"
        assert t.daemon.asked.count("pixels 2 256") == 1


async def test_a_picture_that_is_larger_than_the_box_is_asked_for_when_zoomed(terminal: OpenTerminal) -> None:
    async with terminal(size=(200, 60), prepare=prepared) as t:
        await on_card(t)
        await t.press("+", "+", "+", "+", "+")
        await t.until(lambda: "pixels 1 512" in t.daemon.asked)


async def test_every_key_in_every_window(terminal: OpenTerminal) -> None:
    keys = [binding.key.split(",")[0] for binding in PICTURE_BINDINGS]  # type: ignore[union-attr]
    async with terminal(size=(80, 24), prepare=prepared) as t:
        row = Row(t, 0)
        t.app.call_later(t.app.push_screen, CardScreen(t.app.album, t.app.live, row.step(0)[0], row.step))
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        for width, height in ((80, 24), (20, 5), (300, 80)):
            await t.pilot.resize_terminal(width, height)
            await t.press(*keys, "j", "s", "k")
            assert isinstance(t.app.screen, CardScreen)


def test_no_key_of_a_picture_is_one_of_the_card() -> None:
    keys = [
        key
        for binding in CardScreen.BINDINGS
        for key in binding.key.split(",")  # type: ignore[union-attr]
    ]
    assert len(keys) == len(set(keys))


async def test_pixels_are_sent_before_cells_stand_for_them(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        t.app.album.graphics = Graphics.KITTY
        sent: list[str] = []
        assert t.app._driver is not None
        t.app._driver.write = sent.append  # type: ignore[method-assign, assignment]
        view = await on_card(t)
        await t.until(lambda: "\U0010eeee" in t.screen())
        first = next(one for one in sent if "a=T" in one)
        await t.press("s")
        await t.until(lambda: any("a=d" in one for one in sent), "the last picture is forgotten")
        again = [one for one in sent if "a=T" in one][-1]
        assert again.partition("i=")[2][:8] != first.partition("i=")[2][:8]
        assert view.scene is not None
        await t.press("escape")
        await t.until(lambda: sum("a=d" in one for one in sent) == sum("a=T" in one for one in sent))
