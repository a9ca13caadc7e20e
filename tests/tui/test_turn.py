"""Keys that come all at once go where they would go one by one."""

import asyncio

from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.overview import OverviewView
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.widgets.candidate_list import CandidateList
from astrolens.tui.widgets.row_list import RowList
from tests.tui.conftest import OpenTerminal, Terminal

_NAMED = ("enter", "escape", "tab", "space", "colon", "slash", "backspace", "question_mark")


def burst(t: Terminal, *keys: str) -> None:
    """Send keys as a terminal sends what was pasted without brackets: nobody waits between them."""
    assert t.app._driver is not None
    for key in keys:
        letter = None if key in _NAMED else key
        name = key if key in _NAMED else _character_to_key(key)
        event = events.Key(name, letter)
        event.set_sender(t.app)
        t.app._driver.send_message(event)


async def test_a_filter_in_one_burst_labels_nothing(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        burst(t, "/", *"sigma>4 -label:unsure", "enter")
        await t.until_shown("1 of 7")
        assert isinstance(t.app.screen, CandidatesView)
        assert t.app.screen.question.words() == "sigma>4 -label:unsure"
        assert t.daemon.labels == []
        await t.until(lambda: isinstance(t.app.focused, CandidateList))


async def test_a_view_and_its_filter_in_one_burst(terminal: OpenTerminal) -> None:
    async with terminal() as t:
        burst(t, "2", "/", *"andx", "escape", "2")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        await t.until_shown("1 of 41")
        assert t.daemon.labels == []
        burst(t, "1", "2", "1", "8", "s", "1")
        await t.until(lambda: isinstance(t.app.screen, OverviewView) and not t.app._next_keys)
        burst(t, "8", "G", "k")
        await t.until(lambda: isinstance(t.app.screen, SettingsView) and isinstance(t.app.focused, RowList))


async def test_what_is_typed_into_help_the_palette_and_lines_stays_there(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        burst(t, "?", *"anxd")
        await t.until(lambda: [one.value for one in t.app.screen.query(Input)] == ["anxd"])
        burst(t, "escape", ":", *"saved filters")
        await t.until(lambda: [one.value for one in t.app.screen.query(Input)] == ["saved filters"])
        burst(t, "escape")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        burst(t, "i", "escape", "enter", "escape", "s", "escape")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView) and not t.app._next_keys)
        await t.press("3")
        await t.until(lambda: isinstance(t.app.screen, ReviewView) and t.app.screen.queue.row is not None)
        burst(t, "t", *"axnd", "enter", "e", *"naxd 3", "enter")
        await t.until(lambda: len(t.daemon.review.remarks) == 2)
        assert [one["words"] for one in t.daemon.review.remarks] == ["axnd", "naxd 3"]
        assert t.daemon.labels == []


async def test_labels_in_one_burst_are_each_for_their_own_row(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        burst(t, *"anxdj", *"a" * 20)
        await t.until(lambda: len(t.daemon.labels) == 24)
        assert [label["image_id"] for label in t.daemon.labels] == [1, 2, 3, 4, *range(6, 26)]
        burst(t, *"uuu")
        await t.until(lambda: sum(label["withdrawn"] for label in t.daemon.labels) == 3)
        burst(t, "enter", "a", "escape", "n")
        await t.until(lambda: len(t.daemon.labels) == 26)
        assert not isinstance(t.app.screen, CardScreen)


async def test_a_label_right_after_a_filter_waits_for_its_rows(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        t.daemon.page_gate = asyncio.Event()
        burst(t, "/", *"sigma>1", "enter", "a")
        await t.until_shown("not judged: the list is being read")
        t.daemon.page_gate.set()
        await t.until_shown("1 of 7")
        assert t.daemon.labels == []
        burst(t, "j", "a")
        await t.until(lambda: [label["image_id"] for label in t.daemon.labels] == [2])


async def test_pasted_words_take_their_turn_too(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        assert t.app._driver is not None
        burst(t, "/")
        t.app._driver.send_message(events.Paste("source:sdss\x1b[31m"))
        burst(t, "enter")
        await t.until(lambda: "source:sdss" in t.screen() and isinstance(t.app.focused, CandidateList))
        assert t.daemon.labels == []


async def test_a_key_that_ends_a_screen_lets_the_next_one_through(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        for _ in range(5):
            burst(t, "enter", "escape", "s", "escape", "?", "escape", "f", "escape", "i", "3")
            await t.until(lambda: not t.app._next_keys and isinstance(t.app.screen, CandidatesView))
        burst(t, "q")
        await t.until(lambda: t.app.return_code == 0)


async def test_what_is_typed_behind_the_key_that_quits_is_nobodys(terminal: OpenTerminal) -> None:
    async with terminal() as t:
        burst(t, "8", "G", "k", "q", "G", "2", "/", "a", "enter")
        await t.until(lambda: t.app.return_code == 0)
    bubbled = events.Key("G", "G")
    bubbled._forwarded = True
    for late in (bubbled, events.Key("2", "2"), events.Paste("sigma>4")):  # the screens are gone by now
        await t.app.on_event(late)
    assert t.daemon.labels == []
