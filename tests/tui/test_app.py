"""Everywhere: attach, views, pause, help, palette, themes, sizes, leaving, hostile words."""

import re
from itertools import cycle
from pathlib import Path
from typing import Any, cast

import pytest

from astrolens.api.client import Client
from astrolens.api.wire import CandidateRow, ImageDetail
from astrolens.config.settings import UiSettings
from astrolens.tui.glyphs import ascii_glyphs
from astrolens.tui.palette import DARK_THEME
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.overview import OverviewView
from tests.tui.conftest import OpenTerminal, new_app, screen_text
from tests.tui.fake_daemon import FakeDaemon, candidate, source

HOSTILE = (
    "\x1b]0;PWNED\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "[@click=app.leave]x[/]",
    "[/]",
    "[bold",
    "\u202egnp.exe",
    "a\0b",
    "e" + "\u0301" * 90,
    "\U000e0041tag",
    "x" * 5000,
    "line\nbreak\ttab\r",
)
FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]"
)


async def test_views_by_key_and_by_mouse(terminal: OpenTerminal) -> None:
    async with terminal() as t:
        assert isinstance(t.app.screen, OverviewView)
        await t.until_shown("1,204 /h")
        await t.press("2")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        await t.press("1")
        await t.until(lambda: isinstance(t.app.screen, OverviewView))
        await t.pilot.click("Tabs", offset=(18, 0))
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))


async def test_pause_and_go_on(terminal: OpenTerminal) -> None:
    async with terminal() as t:
        await t.press("p")
        await t.until_shown("paused; p goes on")
        await t.until_shown("paused 3 d 4 h")
        await t.press("p")
        await t.until_shown("going on")
        await t.until_shown("running 3 d 4 h")


async def test_help_is_made_from_the_bindings(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 60)) as t:
        await t.press("question_mark")
        await t.until_shown("this is an anomaly")
        shown = t.screen()
        for words in ("pause or resume the daemon", "this is an artefact", "sort by the next column"):
            assert words in shown
        await t.press("escape")
        await t.until(lambda: isinstance(t.app.screen, OverviewView))
        await t.press("f1", "down", "up", "q")
        await t.until(lambda: isinstance(t.app.screen, OverviewView))


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_does_what_keys_do(terminal: OpenTerminal, key: str) -> None:
    async with terminal() as t:
        await t.press(key)
        await t.until_shown("pause or resume the daemon")
        assert "Scroll Left" not in t.screen(), "only what belongs to AstroLens"
        await t.press(*"was found")
        await t.until_shown("key 2")
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))


async def test_themes(terminal: OpenTerminal) -> None:
    async with terminal(settings=UiSettings(theme="astrolens-light")) as t:
        assert t.app.theme == "astrolens-light"
        assert t.app.live.palette.anomaly == "#C24A00"
        t.app.action_use_theme(DARK_THEME)
        await t.until(lambda: t.app.live.palette.anomaly == "#FF7F2A")


async def test_a_theme_that_is_not_there_is_said(terminal: OpenTerminal) -> None:
    async with terminal(settings=UiSettings(theme="mauve")) as t:
        await t.until_shown("there is no theme 'mauve'")
        assert t.app.theme == DARK_THEME


async def test_no_color_is_respected(terminal: OpenTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with terminal(view="candidates") as t:
        await t.until_shown("! anomaly 4")
        colours = set(re.findall(r"#[0-9a-f]{6}", t.app.export_screenshot()))
        frame = {"#ff5f57", "#febc2e", "#28c840", "#0c0c0c", "#292929", "#c5c8c6"}
        assert {c for c in colours - frame if len({c[1:3], c[3:5], c[5:]}) > 1} == set()


async def test_ascii_marks(terminal: OpenTerminal) -> None:
    async with terminal(glyphs=ascii_glyphs(), view="candidates") as t:
        await t.until_shown("! anomaly 4")
        await t.until(lambda: t.app.album.detail(1) is not None)
        assert t.screen().isascii()
        await t.press("question_mark")
        await t.until_shown("this is an anomaly")
        assert t.screen().isascii()


SIZES = [(20, 5), (60, 18), (80, 24), (5, 2), (20, 80), (300, 80)]


async def test_every_size_lives(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        for keys, sizes in (
            ("1", SIZES),
            ("2", SIZES[:-1]),
            ("enter", SIZES[:-1]),
            ("escape s", SIZES[:4:3]),
            ("question_mark", SIZES[:4:3]),
        ):
            await t.press(*keys.split())
            for width, height in sizes:
                await t.pilot.resize_terminal(width, height)
                await t.pilot.pause()
                lines = t.screen().split("\n")
                assert len(lines) == height
            await t.pilot.resize_terminal(120, 40)


async def test_what_small_windows_show(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24)) as t:
        for words in (
            "running",
            "3 want your eyes",
            "looked up",
            "images an hour",
            "214 of 500",
            "Latest",
            "disk",
        ):
            await t.until_shown(words)
        await t.press("2")
        await t.until_shown("1 of 41")
        assert all(
            word in t.screen()
            for word in ("found", "why", "catalogues", "source", "you", "a anomaly", "q leave")
        )
        await t.pilot.resize_terminal(60, 18)
        await t.until(lambda: "source" not in t.screen())
        assert "1 of 41" in t.screen()
        assert "catalogues" in t.screen()
        await t.pilot.resize_terminal(20, 5)
        await t.until_shown("▲41 ·2,310 1,190/h")
        await t.until_shown("unknown (4 of 4)")
        assert [line.strip() for line in t.screen().split("\n")] == [
            "▲41 ·2,310 1,190/h", "Candidates", "▲ 5.8σ  p 4e-6*  an…", "unknown (4 of 4)", "? help   q leave",
        ]  # fmt: skip


async def test_a_window_that_was_a_stamp_takes_keys_again(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24), view="candidates") as t:
        await t.until_shown("1 of 41")
        for keys, words, said in (((), "Candidates", "q leave"), (("enter",), "Card", "Esc back")):
            await t.press(*keys)
            await t.pilot.resize_terminal(20, 5)
            await t.until_shown(words)
            await t.until_shown(said)
            await t.pilot.resize_terminal(80, 24)
            await t.until(lambda: t.app.focused is not None, "something has the keys")
        await t.press("escape", "j")
        await t.until_shown("2 of 41")


async def test_leaving_waits_for_labels_and_returns_0(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("a", "q")
        await t.until(lambda: t.app.return_code is not None)
        assert t.app.return_code == 0
        assert [label["value"] for label in t.daemon.labels] == ["anomaly"]


def poison(daemon: FakeDaemon, first: int) -> None:
    """Put hostile words into every place where a stranger may write, another one into each."""
    supply = cycle(HOSTILE[first:] + HOSTILE[:first])

    def bad(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: next(supply) for name in names}

    def row(index: int, total: int) -> CandidateRow:
        ours = candidate(index, total)
        names = ("source", "key", "catalogue_words", "label", "reviewer", "found_at", "catalogue")
        wrong = {
            **bad(names),
            "why": [[next(supply), 0.99]],
            "decision": next(supply) if index % 2 else "anomaly",
        }
        return cast(CandidateRow, {**ours, **wrong})

    def detail(of: ImageDetail) -> None:
        wrong = bad(
            ("state", "reason", "url", "sha256", "media_type", "licence", "credit", "model_id", "truth")
        )
        for name in ("bands", "flags", "morphology_flags"):
            wrong[name] = [next(supply) for _ in range(3)]
        for name in ("classes", "heads", "morphology", "scores", "p_values"):
            wrong[name] = {next(supply): 0.5 for _ in range(3)}
        wrong["answers"] = [
            {
                **of["answers"][0],
                **bad(("catalogue",)),
                "matches": [{**MATCH, **bad(("name", "object_type"))}],
            },
            {**of["answers"][1], **bad(("catalogue", "reason"))},
        ]
        wrong["labels"] = [{**LABEL, **bad(("value", "reviewer", "made_at", "note"))} for _ in range(4)]
        of.update(cast(Any, wrong))

    daemon.make_row, daemon.change_detail = row, detail
    daemon.stats.update(cast(Any, {**bad(("state", "model_id")), "reasons": [next(supply)]}))
    daemon.stats["sources"] = [
        source(next(supply), next(supply), reason=next(supply), drift=next(supply)) for _ in HOSTILE
    ]
    for stage in daemon.stats["stages"]:
        stage["name"] = next(supply)


LABEL = {"label_id": 1, "image_id": 1, "interest": None, "withdrawn": False}
MATCH = {
    "catalogue": "ned",
    "ra_deg": 0.0,
    "dec_deg": 0.0,
    "separation_arcsec": 1.0,
    "chance_probability": 0.1,
    "size_arcsec": None,
    "redshift": None,
    "references": None,
}


@pytest.mark.parametrize("first", [0, 4, 8])
async def test_words_of_strangers_stay_words(terminal: OpenTerminal, first: int) -> None:
    async with terminal(prepare=lambda daemon: poison(daemon, first), size=(100, 60)) as t:
        names = ("source", "key", "reason", "value", "reviewer", "catalogue", "state", "decision")
        kinds = ("finding", "image_parked", "source_changed", "labelled", "odd kind")
        for number, words in enumerate(HOSTILE):
            await t.daemon.happen(kinds[number % 5], 1, **dict.fromkeys(names, words))
        await t.until(lambda: len(t.app.live.events) == len(HOSTILE))
        await t.pilot.pause()
        assert not FORBIDDEN.search(t.screen())
        await t.press("2")
        await t.until(lambda: t.app.album.detail(1) is not None)
        await t.pilot.pause()
        assert not FORBIDDEN.search(t.screen())
        await t.press("enter")
        await t.until_shown("why: share")
        assert not FORBIDDEN.search(t.screen())
        t.daemon.label_error = HOSTILE[first]
        await t.press("a")
        await t.until_shown("not saved")
        assert not FORBIDDEN.search(t.screen())


async def test_without_a_daemon_it_says_so(socket: Path) -> None:
    async with Client(socket) as client:
        app = await new_app(client)
        async with app.run_test(size=(120, 40)) as pilot:
            while "no daemon answers" not in screen_text(app):
                await pilot.pause(0.005)
            await pilot.press("p", "2", "a", "u")
            while "cannot undo: the daemon is away" not in screen_text(app):
                await pilot.pause(0.005)
