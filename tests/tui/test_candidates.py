"""View 2: moving, judging, filtering, and what happens when the daemon goes."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.scrollbar import ScrollBarRender
from textual.widgets import Input

from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.similar import SimilarScreen
from astrolens.tui.widgets.candidate_list import CandidateList, thumb_at
from astrolens.tui.widgets.cutout import Cutout
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon, source


def listed(t: Terminal) -> CandidateList:
    return t.app.screen.query_one(CandidateList)


async def test_moving(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        for keys, row in (
            (("j",), 1),
            (("down",), 2),
            (("k",), 1),
            (("up",), 0),
            (("end",), 40),
            (("home",), 0),
            (("G",), 40),
            (("pageup",), 16),
            (("ctrl+u",), 0),
            (("pagedown",), 24),
            (("ctrl+d", "j", "j"), 40),
        ):
            await t.press(*keys)
            assert listed(t).cursor == row, keys
        await t.until_shown("41 of 41")


async def test_the_picture_and_the_reasons_follow(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("mahalanobis   ━")
        cutout = t.app.screen.query_one("#side-picture", Cutout)
        await t.until(lambda: cutout.drawn is not None)
        drawn = cutout.drawn
        assert drawn is not None
        assert drawn.columns == 2 * drawn.rows, "square pixels"
        await t.press("j")
        await t.until(lambda: cutout.drawn is not None and cutout.drawn is not drawn)
        await t.until_shown("14:03:40.1 +35:33:14")
        await t.until(
            lambda: {f"thumbnail {n}" for n in (2, 3, 4, 5)} <= set(t.daemon.asked), "the next are fetched"
        )
        await t.press(*["j"] * 11)
        await t.until_shown("picture 13 has no thumbnail")


async def test_a_held_key_asks_only_about_the_row_at_which_it_stops(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("mahalanobis   ━")
        await t.until(lambda: "image 3" in t.daemon.asked, "the next two are known before the hand is there")
        for row in range(1, 21):  # as fast as a key is held, however slow this machine is
            listed(t).cursor = row
        await t.until(lambda: {"image 21", "image 22", "image 23"} <= set(t.daemon.asked))
        passed = [one for one in t.daemon.asked if one in {f"image {n}" for n in range(6, 20)}]
        assert len(passed) <= 2, passed
        await t.press("k")
        await t.until(lambda: "image 19" in t.daemon.asked, "upwards, what comes next is above")


_SIZES = st.floats(1, 1e7, allow_nan=False).map(lambda size: int(size * 8) / 8)


@given(size=st.integers(1, 60), rows=st.integers(1, 2_000_000), places=st.tuples(_SIZES, _SIZES))
def test_a_scroll_bar_is_left_as_it_is_only_where_it_looks_the_same(
    size: int, rows: int, places: tuple[float, float]
) -> None:
    window = min(size, rows)
    first, second = (min(place, float(rows - window)) for place in places)
    drawn = [
        ScrollBarRender.render_bar(
            size=size, virtual_size=rows, window_size=window if window < rows else 0, position=place,
            back_color=Color.parse("black").rich_color, bar_color=Color.parse("white").rich_color,
        )
        for place in (first, second)
    ]  # fmt: skip
    if thumb_at(size, rows, window, first) == thumb_at(size, rows, window, second):
        assert drawn[0].segments == drawn[1].segments


@pytest.mark.parametrize("total", [41, 400])
async def test_the_scroll_bar_follows(terminal: OpenTerminal, total: int) -> None:
    async with terminal(view="candidates", total=total, near_misses=0) as t:
        await t.until_shown(f"1 of {total}")
        bar = listed(t).vertical_scrollbar
        for keys in (["j"] * 30, ["pagedown"], ["end"], ["k"] * 30, ["home"]):
            await t.press(*keys)
            kept = bar.render_lines(bar.size.region)
            bar.refresh()
            assert bar.render_lines(bar.size.region) == kept, keys


async def test_a_million_rows(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", total=1_000_000, near_misses=0) as t:
        await t.until_shown("1 of 1,000,000")
        for _ in range(3):
            await t.press("pagedown")
        await t.until_shown(f"{1 + 3 * 24:,} of 1,000,000")
        await t.until(lambda: listed(t).row is not None)
        for place, keys in (
            (500_000, ()),
            (999_999, ("end",)),
            (999_999 - 24 * 30, ("pageup",) * 30),
            (0, ("home",)),
        ):
            read = t.daemon.pages_read
            if not keys:
                listed(t).scroll_to(y=place, animate=False, force=True)  # the scroll bar is dragged
                listed(t).cursor = place
            await t.press(*keys)
            await t.until(lambda: listed(t).row is not None)
            row = listed(t).row
            assert row is not None
            assert (listed(t).cursor, row["id"]) == (place, place + 1)
            assert t.daemon.pages_read <= read + 7
        assert listed(t).pages.held() <= 32 * 200


async def test_the_end_of_a_list_that_nobody_counted(terminal: OpenTerminal) -> None:
    def uncounted(daemon: FakeDaemon) -> None:
        daemon.counts = False

    async with terminal(view="candidates", total=4_321, prepare=uncounted) as t:
        await t.until_shown("1 of 300+")
        await t.press("end")
        await t.until_shown("4,321 of 4,321")
        await t.until(lambda: listed(t).row is not None)


async def test_one_key_per_decision_then_undo(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("a", "n", "x", "d")
        await t.until(lambda: len(t.daemon.labels) == 4)
        assert [(label["image_id"], label["value"]) for label in t.daemon.labels] == [
            (1, "anomaly"),
            (2, "normal"),
            (3, "artefact"),
            (4, "unsure"),
        ]
        assert listed(t).cursor == 4, "it goes on by itself"
        await t.until(lambda: t.app.live.marks.saved_count == 4)
        await t.press("u")
        await t.until(lambda: t.daemon.labels[3]["withdrawn"])
        await t.until(lambda: listed(t).cursor == 3)
        await t.press("u", "u")
        await t.until(lambda: [label["withdrawn"] for label in t.daemon.labels] == [False, True, True, True])
        await t.until_shown("x artefact")  # the third one was an artefact before
        await t.press("u")
        await t.until(lambda: t.app.live.marks.saved_count == 0)
        await t.press("u")
        await t.until_shown("nothing to undo")


async def test_a_label_is_pending_until_it_is_on_disk(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        t.daemon.label_gate = asyncio.Event()
        await t.press("a")
        await t.until_shown("… anomaly")
        assert t.app.live.marks.pending == 1
        assert not t.daemon.labels
        await t.press("u")  # waits for its turn
        t.daemon.label_gate.set()
        await t.until(lambda: t.daemon.labels and t.daemon.labels[0]["withdrawn"])
        await t.until(lambda: t.app.live.marks.pending == 0)


async def test_a_label_that_fails_says_so(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        t.daemon.label_error = "the disk is full"
        await t.press("n")
        await t.until_shown("not saved: the disk is full")
        await t.until_shown("✗ not saved")
        assert t.app.live.marks.saved_count == 0
        t.daemon.label_error = None
        await t.press("k", "n")
        await t.until_shown("= normal")
        assert len(t.daemon.labels) == 1


async def test_interest(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("i")
        await t.until_shown("how interesting?")
        await t.press("escape", "i", "3")
        await t.until_shown("say first what it is")
        await t.press("a", "k", "i", "5")
        await t.until(lambda: len(t.daemon.labels) == 2)
        assert t.daemon.labels[1]["interest"] == 5
        assert t.daemon.labels[1]["value"] == "anomaly"
        await t.until_shown("! anomaly 5")


async def test_near_misses_order_and_newer(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("2,310 near misses hidden (m)")
        await t.press("m")
        await t.until_shown("1 of 2,351")
        await t.press("r")
        await t.until_shown("newest first")
        assert any("order=found" in asked for asked in t.daemon.asked)
        await t.press("v")
        await t.until_shown("oldest first")
        assert any("reverse=yes" in asked for asked in t.daemon.asked)
        await t.press("r", "r", "r", "r", "m")
        await t.until_shown("oddest first")
        await t.until_shown("1 of 41")
        await t.press("j", "j")
        for image_id in (501, 502):
            await t.daemon.happen("finding", image_id, source="sdss", sigma=4.0)
        await t.until_shown("+2 newer, g to see them")
        assert listed(t).cursor == 2, "nothing moves under the cursor"
        await t.press("g")
        await t.until(lambda: not t.app.live.newer and listed(t).cursor == 0)


async def test_filter(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("slash")
        await t.until(lambda: isinstance(t.app.focused, Input))
        await t.until_shown("sigma>  source:  label:")
        await t.press(*"sou", "tab", *"sd")
        await t.until_shown("sdss  Tab takes the first")
        await t.press("tab", "enter")
        await t.until_shown("1 of 7")
        assert "source:sdss" in t.screen()
        await t.press("slash", *" is:odd", "enter")
        await t.until_shown("'is' cannot be filtered by")
        await t.until_shown(" " * 12 + "^")
        await t.press("escape")
        await t.until_shown("1 of 41")
        await t.press("slash", *"source:nothing", "enter")
        await t.until_shown("No candidate passes the filter source:nothing.")
        await t.press("escape")
        await t.until_shown("1 of 41")


async def test_headings_sort(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", size=(140, 30)) as t:
        await t.until_shown("1 of 41")
        heading = t.screen().splitlines()[listed(t).region.y]
        assert "σ ▼" in heading
        for title, order, said in (("source", "source", "by source"), ("found", "found", "newest first")):
            await t.pilot.click("#list", offset=(heading.index(title) + 1, 0))
            await t.until_shown(said)
            assert any(f"order={order}" in asked for asked in t.daemon.asked)
        await t.pilot.click("#list", offset=(heading.index("found") + 1, 0))
        await t.until_shown("oldest first")


async def test_saved_filters(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("f")
        await t.until_shown("None yet.")
        await t.press("s")
        await t.until_shown("there is no filter to save")
        await t.press("escape", "slash", *"sigma>4", "enter")
        await t.until_shown("1 of 7")
        await t.press("f", "s", *"odd ones", "enter")
        await t.until(lambda: t.daemon.saved == {"odd ones": "sigma>4"})
        t.daemon.saved["by name"] = "name:NGC"
        await t.press("escape", "escape", "f")
        await t.until_shown("odd ones")
        await t.press("down", "up", "j", "k", "enter")
        await t.until_shown("name:NGC")
        await t.until_shown("1 of 7")
        await t.press("f", "j", "x")
        await t.until(lambda: t.daemon.saved == {"by name": "name:NGC"})


async def test_card_and_similar(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.press("escape", "s")
        await t.until(lambda: isinstance(t.app.screen, SimilarScreen))
        await t.press("escape")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))


async def test_mouse(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.pilot.click("#list", offset=(20, 5))
        await t.until(lambda: listed(t).cursor == 4)
        await t.pilot.click("KeyLine", offset=(2, 0))
        await t.until(lambda: [label["image_id"] for label in t.daemon.labels] == [5])
        await t.pilot.click("#list", offset=(20, 3), times=2)
        await t.until(lambda: isinstance(t.app.screen, CardScreen))


async def test_the_daemon_goes_and_comes_back(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("mahalanobis   ━")
        await t.daemon.stop()
        await t.until_shown("daemon gone")
        assert "trying again every 0.05 s; what you see is from" in t.screen()
        await t.press("a")
        await t.until_shown("not saved: the daemon is away")
        assert listed(t).cursor == 0
        assert not t.app.live.marks.pending
        await t.press("j", "k", "enter")
        await t.until_shown("why: share")
        await t.press("escape", "r")
        await t.until(lambda: listed(t).error)
        assert "▲" in t.screen(), "what was read stays readable"
        for number in range(214):
            await t.daemon.happen("image_done", number)
        await t.daemon.start()
        await t.until_shown("back, 214 events were caught up")
        await t.until(lambda: t.app.live.event_count == 214)
        await t.until_shown("newest first")
        await t.press("a")
        await t.until(lambda: len(t.daemon.labels) == 1)


async def test_why_the_list_is_empty(terminal: OpenTerminal) -> None:
    def calibrating(daemon: FakeDaemon) -> None:
        daemon.total = daemon.near_misses = 0
        daemon.stats["sources"] = [source("sim", "calibrating", calibration_seen=214, calibration_wanted=500)]

    async with terminal(prepare=calibrating, view="candidates") as t:
        await t.until_shown("No candidate yet: 214 of 500 pictures of sim")
        await t.until_shown("to go.")
        for key in ("a", "n", "i", "s", "enter", "j", "end", "home", "pagedown"):
            await t.press(key)
        assert isinstance(t.app.screen, CandidatesView)
        assert not t.daemon.labels
        t.daemon.stats["sources"] = [source("sim")]
        await t.until_shown("Nothing odd among 33,483 pictures")
        t.daemon.near_misses = 3
        await t.press("g")
        await t.until_shown("No anomaly yet. Press m for 3 near misses.")


async def test_keys_that_need_a_candidate_say_that_there_is_none(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", total=0) as t:
        for key in ("a", "enter", "s", "i"):
            t.app.live.notice = None
            await t.press(key)
            assert t.app.live.notice is not None, key
            assert "there is no candidate" in t.app.live.notice.words, key


async def test_a_degree_is_for_the_row_that_it_was_asked_for(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        view = t.app.screen
        assert isinstance(view, CandidatesView)
        await t.press("j", "a", "k", "i")
        await t.until_shown("how interesting?")
        assert view.shown_row is not None
        asked_for = view.shown_row["id"]
        view.action_newer()
        await t.until(lambda: view.shown_row is not None and view.shown_row["id"] != asked_for, "another")
        await t.press("5")
        await t.until(lambda: t.app.live.notice is not None and "not judged" in t.app.live.notice.words)
        assert len(t.daemon.labels) == 1


async def test_a_saved_filter_that_is_replaced_or_forgotten_is_named(terminal: OpenTerminal) -> None:
    def saved(daemon: FakeDaemon) -> None:
        daemon.saved["odd"] = "sigma>4"

    async with terminal(view="candidates", prepare=saved) as t:
        await t.until_shown("1 of 41")
        await t.press("slash", *"sigma>3", "enter", "f")
        await t.until_shown("sigma>4")
        await t.press("s", *"odd", "enter")
        await t.until(lambda: t.daemon.saved == {"odd": "sigma>3"})
        await t.until_shown("saved: odd; before it was sigma>4")
        await t.press("x")
        await t.until(lambda: t.daemon.saved == {})
        await t.until_shown("forgotten: odd was sigma>3")
