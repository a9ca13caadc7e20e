"""Copy, browser, report, picture of the screen; help and the palette that know every key."""

from functools import partial
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from astrolens.domain.sky import SkyPosition
from astrolens.tui.commands import AstroLensCommands
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.help import HelpScreen
from astrolens.tui.sites import has_browser, sites_at
from astrolens.tui.widgets.candidate_list import CandidateList
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_views import a_transient


async def test_copy(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.until(lambda: t.app.live.session.seen)
        await t.press("y")
        await t.until_shown("copied: 210.547100 +35.683800")
        assert t.app.clipboard == "210.547100 +35.683800"
        await t.press("enter", "y")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.press("escape", "j", "j", "j", "y")
        await t.until_shown("this picture has no position")
        await t.press("1", "y")
        await t.until_shown("there is no picture here")


async def test_copy_in_review_and_transients(terminal: OpenTerminal) -> None:
    def one(daemon: FakeDaemon) -> None:
        daemon.views.transients.update({"rows": [a_transient(1)], "installed": True, "reason": ""})

    async with terminal(view="review", prepare=one) as t:
        await t.until_shown("asked because it is odd")
        await t.press("y")
        await t.until(lambda: t.app.clipboard == "210.547100 +35.683800")
        await t.press("escape", "4")
        await t.until_shown("ztf18abc1")
        await t.press("y")
        await t.until(lambda: t.app.clipboard == "210.547000 +35.684000")


def _visit(opened: list[str], address: str) -> bool:
    opened.append(address)
    return True


def _more(opened: list[str], before: int) -> bool:
    return len(opened) > before


async def test_browser(terminal: OpenTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.until(lambda: t.app.live.session.seen)
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
        await t.press("o")
        await t.until_shown("no browser here; copied: https://aladin")
        assert t.app.clipboard.startswith("https://aladin.cds.unistra.fr/AladinLite/?target=210.547100")
        t.app.open_address = partial(_visit, opened)
        for keys, host in (
            (("O", "s"), "simbad.cds"),
            (("O", "l"), "legacysurvey"),
            (("O", "a"), "aladin"),
            (("o",), "aladin"),
        ):
            before = len(opened)
            await t.press(*keys)
            await t.until(partial(_more, opened, before))
            assert host in opened[-1]
        await t.press("O", "escape")
        t.app.open_address = lambda _address: False
        await t.press("o")
        await t.until_shown("no browser opened; the address is")


def test_addresses_hold_numbers_alone() -> None:
    for place in (SkyPosition(ra_deg=0.0, dec_deg=-90.0), SkyPosition(ra_deg=359.999999, dec_deg=0.5)):
        for site in sites_at(place):
            assert site.address.startswith("https://")
            assert site.address.isascii()
            assert f"{place.ra_deg:.6f}" in site.address
    assert not has_browser({"SSH_CONNECTION": "x", "DISPLAY": ":0"}, "linux")
    assert not has_browser({}, "linux")
    assert has_browser({"DISPLAY": ":0"}, "linux")
    assert has_browser({}, "darwin")


async def test_report_and_screenshot(terminal: OpenTerminal, tmp_path: Path) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("R")
        await t.until_shown("no folder for reports")
        t.app.reports = tmp_path / "reports"
        await t.press("a", "n", "slash", *"sigma>4", "enter")
        await t.until_shown("1 of 7")
        await t.until(lambda: t.app.live.marks.saved_count == 2)
        await t.press("u")
        await t.until(lambda: t.app.live.session.withdrawn == 1)
        await t.press("ctrl+e", "ctrl+s")
        await t.until(lambda: len(list((tmp_path / "reports").glob("*.*"))) == 2)
        (report,) = (tmp_path / "reports").glob("session-*.md")
        (screen,) = (tmp_path / "reports").glob("screen-*.svg")
        await t.until(lambda: report.stat().st_size and screen.stat().st_size)
    text = report.read_text()
    assert "`sigma 4`" in text
    assert "1 label, 1 taken back" in text
    assert "| anomaly |" in text
    assert "14:02:11.3 +35:41:02" in text
    assert "<svg" in screen.read_text()
    async with terminal(view="candidates") as t:
        t.app.reports = report  # a file where a folder should be
        await t.press("R")
        await t.until_shown("cannot be written")


async def test_help_can_be_searched(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", size=(100, 40)) as t:
        await t.until_shown("1 of 41")
        await t.press("question_mark")
        await t.until_shown("type to find a key")
        lines = t.screen().splitlines()
        assert "Candidates" in "".join(lines[4:8]), "the view that one is in comes first"
        await t.press(*"blink")
        await t.press(*["backspace"] * 5, *"taken back", *["backspace"] * 10, *"screenshot")
        await t.until_shown("a picture of the screen")
        assert "pages down" not in t.screen()
        await t.press(*"xyz")
        await t.until_shown("No key for this.")
        await t.press("down", "up", "pagedown", "pageup", "escape")
        await t.until(lambda: not isinstance(t.app.screen, HelpScreen))
        await t.press("f1", "question_mark")
        await t.until(lambda: not isinstance(t.app.screen, HelpScreen))


async def found(t: Terminal, words: str) -> None:
    await t.press("colon")
    await t.until(lambda: isinstance(t.app.screen, CommandPalette))
    t.app.screen.query_one(Input).value = words
    await t.until_shown(words.split(":")[-1].strip()[:20])
    await t.pilot.pause(0.3)
    await t.press("enter")


async def test_the_palette_has_every_action_of_every_screen(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        commands = list(AstroLensCommands(t.app.screen)._commands())
        said = {command.action for command in commands}
        there = [group for group in t.app.key_groups() if group.view or group.opened_by]
        assert {group.title for group in t.app.key_groups()} - {group.title for group in there} == {
            "Everywhere", "Open in", "Another model", "Line to type in", "Help",
        }, "what works only in a question that is open"  # fmt: skip
        for group in (t.app.key_groups()[0], *there):
            for binding in group.bindings:
                if binding.description and binding.action != "command_palette":
                    assert binding.action in said, (group.title, binding)
        by_words = {command.words: command for command in commands}
        sort = next(command for words, command in by_words.items() if "sort by the next column" in words)
        assert sort.group is not None
        await t.app.do_there(sort.group, sort.action)
        await t.until(lambda: t.app.current_mode == "candidates")
        await t.until(lambda: t.app.screen.query_one(CandidateList).pages.query.order == "found")
        last = by_words["Candidates: to the last row"]
        assert last.group is not None
        await t.app.do_there(last.group, last.action)
        await t.until_shown("41 of 41")
        zoom = next(command for command in commands if command.group and command.group.title == "Card")
        assert zoom.group is not None
        await t.app.do_there(zoom.group, "close")
        await t.until_shown("41 of 41")
        line = next(group for group in t.app.key_groups() if group.title == "Open in")
        await t.app.do_there(line, "leave_question")
        await t.until_shown("this works only in")


async def test_a_theme_from_the_palette(terminal: OpenTerminal) -> None:
    async with terminal() as t:
        await found(t, "light theme")
        await t.until(lambda: t.app.theme == "astrolens-light")
