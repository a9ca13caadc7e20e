"""A column of words that scrolls."""

from rich.text import Text
from textual.app import App, ComposeResult

from astrolens.tui.widgets.fact_sheet import FactSheet


class Sheet(App[None]):
    """Nothing else."""

    def compose(self) -> ComposeResult:
        """The column."""
        yield FactSheet(id="sheet")


def lines(count: int, words: str = "line") -> list[Text]:
    return [Text(f"{words} {number}") for number in range(count)]


def shown(app: App[None]) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip(" ▁▂▃▄▅▆▇█") for strip in strips]


async def test_words_that_fit_have_the_whole_width() -> None:
    app = Sheet()
    async with app.run_test(size=(20, 6)) as pilot:
        sheet = app.query_one(FactSheet)
        sheet.show(lines(3))
        await pilot.pause()
        assert shown(app) == ["line 0", "line 1", "line 2", "", "", ""]
        assert sheet.max_scroll_y == 0
        assert sheet.columns == 20


async def test_more_words_scroll_and_fewer_come_back() -> None:
    app = Sheet()
    async with app.run_test(size=(20, 6)) as pilot:
        sheet = app.query_one(FactSheet)
        sheet.focus()
        sheet.show(lines(30))
        await pilot.pause()
        assert sheet.max_scroll_y == 24
        assert sheet.columns < 20, "the scroll bar has its place"
        await pilot.press("end")
        await pilot.wait_for_scheduled_animations()
        assert shown(app)[-1] == "line 29"
        sheet.show([*lines(29), Text("changed")])
        await pilot.pause()
        assert shown(app)[-1] == "changed", "a line that is changed is drawn where it was scrolled to"
        sheet.show(lines(2, "few"))
        await pilot.pause()
        await pilot.pause()
        assert shown(app)[:3] == ["few 0", "few 1", ""]
        assert sheet.columns == 20


async def test_another_size_cuts_anew() -> None:
    app = Sheet()
    async with app.run_test(size=(20, 6)) as pilot:
        app.query_one(FactSheet).show([Text("words that are longer than that")])
        await pilot.pause()
        assert shown(app)[0] == "words that are long…"
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert shown(app)[0] == "words that are longer than that"
