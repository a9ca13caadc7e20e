"""View 7 on a fake daemon: follow, stand still, filter, go back, go to what it is about."""

from astrolens.api.wire import EventRow
from astrolens.tui.eventlevels import Level, kind_groups, level_of
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.log import LogView
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.widgets.row_list import RowList
from tests.tui.conftest import OpenTerminal, Terminal


async def many(t: Terminal, count: int) -> None:
    for number in range(count):
        await t.daemon.happen("finding", 3, source="sdss", sigma=4.2, key=f"key-{number}", decision="anomaly")


def rows(t: Terminal) -> RowList:
    return t.app.screen.query_one(RowList)


async def test_it_follows_until_the_cursor_leaves_the_end(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 24)) as t:
        await many(t, 30)
        await t.press("7")
        await t.until_shown("key-29")
        await t.daemon.happen("paused")
        await t.until_shown("‖ paused")
        assert rows(t).cursor == 30
        await t.press("k")
        await t.until_shown("standing still")
        await t.daemon.happen("resumed")
        await t.pilot.pause(0.7)
        assert "● resumed" not in t.screen()
        await t.press("f")
        await t.until_shown("● resumed")
        await t.until_shown("● following")
        await t.press("f")
        await t.until_shown("standing still")
        await t.press("end")
        await t.press("home")
        await t.until_shown("key-0")


async def test_kinds_and_levels(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 30)) as t:
        await many(t, 2)
        await t.daemon.happen("image_done", 9, source="sdss")
        await t.daemon.happen("image_parked", 7, source="sdss", reason="truncated JPEG")
        await t.daemon.happen("labelled", 3, value="normal", reviewer="ana")
        await t.press("7")
        await t.until_shown("normal by ana")
        assert "image done" not in t.screen()
        await t.press("l", "l")
        await t.until_shown("level trouble only")
        assert "truncated JPEG" in t.screen()
        assert "key-1" not in t.screen()
        await t.press("t")
        await t.until_shown("None of 2 events is trouble only.")
        await t.press("l")
        await t.until_shown("key-1")
        await t.press("T", "T")
        await t.until_shown("kinds everything")
        await t.until_shown("image done")
        await t.press("T", "T")
        await t.until_shown("kinds people")
        await t.until_shown("normal by ana")


async def test_older_pages_are_read_on_demand(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 24)) as t:
        await many(t, 450)
        await t.press("7")
        await t.until_shown("key-449")
        assert rows(t).count == 200
        await t.press("home", "k")
        await t.until_shown("200 older events")
        assert rows(t).count == 400
        assert "key-250" in t.screen(), "what was under the cursor stays in sight"
        await t.press("o")
        await t.until_shown("50 older events")
        await t.press("o")
        await t.until_shown("nothing older is kept")


async def test_enter_goes_to_what_it_is_about(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 30)) as t:
        await t.daemon.happen("source_changed", source="ztf", state="resting", reason="503")
        await t.daemon.happen("started")
        await many(t, 1)
        await t.press("7")
        await t.until_shown("key-0")
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.press("escape")
        await t.until(lambda: isinstance(t.app.screen, LogView))
        await t.press("k", "enter")
        await t.until_shown("about no picture and no source")
        await t.press("k", "enter")
        await t.until(lambda: isinstance(t.app.screen, SettingsView))
        await t.until_shown("503 from the cutout service")


async def test_nothing_happened_yet(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 30)) as t:
        await t.press("7")
        await t.until_shown("No event of this group is kept")
        await t.press("o", "enter")
        await t.until_shown("nothing older is kept")


def test_levels() -> None:
    def event(kind: str, **payload: object) -> EventRow:
        return EventRow(sequence=1, at="2026-11-21T00:00:00Z", kind=kind, image_id=None, payload=payload)

    assert level_of(event("image_done")) is Level.ALL
    assert level_of(event("finding")) is Level.NOTABLE
    assert level_of(event("drift")) is Level.TROUBLE
    assert level_of(event("source_changed", state="resting")) is Level.TROUBLE
    assert level_of(event("source_changed", state="paused")) is Level.NOTABLE
    assert level_of(event("network_changed", online=False)) is Level.TROUBLE
    assert len({group.title for group in kind_groups()}) == len(kind_groups())
