"""What draws pictures here, and the look of last time."""

import asyncio
import json
import re
from functools import partial
from pathlib import Path

from rich.segment import Segment

from astrolens.api.client import Client
from astrolens.config.settings import UiSettings
from astrolens.tui.graphics.answers import Answers
from astrolens.tui.graphics.asking_driver import AskingDriver, TerminalAnswered
from astrolens.tui.graphics.detect import Graphics
from astrolens.tui.look import View
from astrolens.tui.sight import Sight
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.widgets.picture_view import PictureView
from tests.tui.conftest import OpenTerminal, Terminal, new_app
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_pixels import in_flux
from tests.tui.graphics.test_sixel import decoded
from tests.tui.test_picture_keys import on_card, prepared

PUT = re.compile(r"\x1b7\x1b\[(\d+);(\d+)H(\x1bP[^\x1b]*\x1b\\)\x1b8\Z")
FOOT = Answers(complete=True, sixel=True, cell_px=(10, 20))


def put_over(t: Terminal) -> dict[int, tuple[int, str]]:
    """By line of the screen: column and part of the pixels over it, both from 0."""
    found: dict[int, tuple[int, str]] = {}
    for y, strip in enumerate(t.app.screen._compositor.render_strips()):
        for segment in strip:
            if (put := PUT.match(segment.text)) is not None:
                assert segment.control, "takes no room"
                assert y == int(put[1]) - 1, "drawn where its cells are"
                found[y] = int(put[2]) - 1, put[3]
    return found


def shades(segments: list[Segment], column: int) -> tuple[int, int]:
    """Red of the upper and the lower half of a cell."""
    at = 0
    for segment in segments:
        at += 0 if segment.control else len(segment.text)
        if at > column:
            assert segment.style is not None
            assert segment.style.color is not None
            assert segment.style.color.triplet is not None
            assert segment.style.bgcolor is not None
            assert segment.style.bgcolor.triplet is not None
            return segment.style.color.triplet.red, segment.style.bgcolor.triplet.red
    raise AssertionError("no such cell")


async def answered(t: Terminal, answers: Answers = FOOT) -> None:
    t.app._environment, t.app._setting = {"TERM": "foot"}, "auto"
    t.app.post_message(TerminalAnswered(answers=answers))
    await t.until(lambda: t.app.album.graphics is not Graphics.CELLS)


async def test_pixels_lie_over_the_cells_of_the_same_picture(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        view = await on_card(t)
        assert put_over(t) == {}
        await answered(t)
        await t.until(lambda: put_over(t))
        scene = view.scene
        assert scene is not None
        over = put_over(t)
        top = view.content_region.y + (view.content_size.height - scene.rows) // 2
        left = view.content_region.x + view.left_edge()
        assert list(over) == list(range(top, top + scene.rows))
        assert {column for column, _part in over.values()} == {left}
        strips = t.app.screen._compositor.render_strips()
        difference = []
        for y, (_column, part) in over.items():
            light = decoded(part) * 2.55
            assert light.shape[:2] == (20, scene.columns * 10)
            upper = light[:10].reshape(10, -1, 10, 3).mean(axis=(0, 2))[:, 0]
            below = [shades(list(strips[y]), left + column)[0] for column in range(scene.columns)]
            difference += [abs(a - b) for a, b in zip(upper, below, strict=True)]
        assert sum(difference) / len(difference) < 12


async def test_pixels_go_with_what_they_lie_on(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        await on_card(t)
        await answered(t)
        await t.until(lambda: put_over(t))
        first = put_over(t)
        drawing = await asyncio.to_thread(t.app.export_screenshot)
        assert "0;1;0q" not in drawing, "a picture of the screen is made of its cells"
        await t.press("s")
        await t.until(lambda: put_over(t) and put_over(t) != first, "another look")
        await t.press("question_mark")
        await t.until(lambda: len(t.app.screen_stack) > 2)
        assert put_over(t) == {}, "not through what covers it"
        await t.press("escape")
        await t.until(lambda: put_over(t))
        await t.pilot.resize_terminal(90, 28)
        await t.until(lambda: put_over(t) and len(put_over(t)) != len(first))
        await t.press("escape")
        await t.until(lambda: put_over(t) == {})


async def test_no_answer_changes_what_was_set(terminal: OpenTerminal) -> None:
    async with terminal(size=(110, 30), prepare=prepared) as t:
        t.app.post_message(TerminalAnswered(answers=FOOT))
        await t.pilot.pause()
        assert t.app.album.graphics is Graphics.CELLS, "nobody asked"
        await answered(t)
        assert t.app.album.cell_px == (10, 20)
        t.app.post_message(TerminalAnswered(answers=Answers(complete=True, sixel=True, cell_px=(12, 25))))
        await t.until(lambda: t.app.album.cell_px == (12, 25), "another font")


async def test_only_a_terminal_is_asked(socket: Path) -> None:
    async with Client(socket) as client:
        app = await new_app(client, UiSettings(pictures="sixel"))
        before = app.driver_class
        app.look_for_pixels(UiSettings(pictures="sixel"), {"TERM": "foot", "TMUX": "x"})
        assert app.driver_class is before
        assert app.driver_class is not AskingDriver
        assert app.album.graphics is Graphics.CELLS


async def test_the_look_of_last_time(socket: Path, tmp_path: Path) -> None:
    file = tmp_path / "data" / "look.json"
    for wanted in (Stretch.SINH, Stretch.HISTOGRAM):
        async with FakeDaemon(socket) as daemon, Client(socket) as client:
            daemon.pixels = in_flux
            app = await new_app(client)
            await app.remember_looks_in(file)
            async with app.run_test(size=(110, 30)) as pilot:
                t = Terminal(app=app, pilot=pilot, daemon=daemon)
                await t.until(partial(getattr, app.live, "attached"))
                before = app.album.view.linear.stretch.value
                await on_card(t, seen=f"{before}  99.5 %")
                await t.press("s", "plus", "h")
                await t.until_shown(f"{wanted.value}  99.5 %")
            await app.write_look()
        content = await asyncio.to_thread(file.read_text)
        assert json.loads(content)["fits"]["stretch"] == wanted
    async with Client(socket) as client:
        app = await new_app(client)
        await app.remember_looks_in(file)
        assert app.album.view.linear.stretch is Stretch.HISTOGRAM
        assert (app.album.view.zoom, app.album.view.warm) == (1.0, False), "neither part nor heat map"


async def test_a_look_is_written_while_it_runs_and_z_resets_it(
    terminal: OpenTerminal, tmp_path: Path
) -> None:
    file = tmp_path / "look.json"
    async with terminal(size=(110, 30), prepare=prepared) as t:
        await t.app.remember_looks_in(file)
        await on_card(t)
        await t.press("i")
        await t.until_shown("inverted")
        await t.app.write_look()
        assert json.loads(await asyncio.to_thread(file.read_text))["fits"]["inverted"] is True
        await t.press("z")
        await t.until(lambda: t.app.album.view == View())
        await t.app.write_look()
        assert json.loads(await asyncio.to_thread(file.read_text))["fits"]["inverted"] is False
        assert isinstance(t.app, Sight)
        assert t.app.screen.query_one(PictureView).scene is not None
