"""Finished lines: what is handed out again, what is made again, and that they look as Textual would draw them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region

from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.widgets.plain_lines import WordLines

CONSOLE = Console(color_system="truecolor", width=80)
BASE = Style(bgcolor="#101010", color="#e0e0e0")
LINES = st.lists(st.text("abc \n", max_size=12).map(Text), max_size=8)


@given(before=LINES, after=LINES, width=st.integers(1, 20))
def test_what_is_kept_is_what_would_be_made(before: list[Text], after: list[Text], width: int) -> None:
    kept, fresh = WordLines(), WordLines()
    kept.put(before)
    kept.look(width, BASE)
    height = max(len(kept.texts), 1) + 3
    was = [kept.strip(index, CONSOLE) for index in range(height)]
    changed = kept.put(after)
    kept.look(width, BASE)
    fresh.put(after)
    fresh.look(width, BASE)
    for index in range(height):
        now = kept.strip(index, CONSOLE)
        assert list(now) == list(fresh.strip(index, CONSOLE))
        assert now.cell_length == width
        if index not in changed:
            assert now is was[index], "a line that stays is the same strip, with all that is kept inside it"


def test_a_line_of_several_lines_takes_several() -> None:
    words = WordLines()
    assert words.put([Text("one\n\nthree"), Text("")]) == range(4)
    assert [line.plain for line in words.texts] == ["one", "", "three", ""]
    assert words.put([Text("one"), Text(""), Text("three"), Text("")]) == range(0)
    assert words.put([Text("one"), Text("two"), Text("three")]) == range(1, 4)


def test_another_style_is_another_line() -> None:
    words = WordLines()
    words.put([Text("one", "red")])
    assert words.put([Text("one", "blue")]) == range(1)


def test_another_background_or_width_makes_all_again() -> None:
    words = WordLines()
    words.put([Text("a long line")])
    words.look(8, BASE)
    assert words.strip(0, CONSOLE).text == "a long …"
    words.look(12, BASE)
    assert words.strip(0, CONSOLE).text == "a long line "
    light = Style(bgcolor="#ffffff")
    words.look(12, light)
    assert all(
        segment.style and segment.style.bgcolor == light.bgcolor for segment in words.strip(0, CONSOLE)
    )


class Block(App[None]):
    """One block of words, with whatever style a test gives it."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__()
        self._rule = name, value

    def compose(self) -> ComposeResult:
        """The block."""
        block = TextBlock(id="block")
        setattr(block.styles, *self._rule)
        yield block


@pytest.mark.parametrize("rule", [("padding", 0), ("padding", (1, 2)), ("opacity", 0.5)], ids=str)
async def test_a_frame_or_a_tint_goes_the_way_of_textual(rule: tuple[str, object]) -> None:
    app = Block(*rule)
    async with app.run_test(size=(20, 6)) as pilot:
        block = app.query_one(TextBlock)
        block.show([Text("first"), Text("second")])
        await pilot.pause()
        whole = block.render_lines(Region(0, 0, 20, 6))
        assert [strip.cell_length for strip in whole] == [20] * 6
        top, left = block.styles.gutter.top, block.styles.gutter.left
        assert whole[top].text == (" " * left + "first").ljust(20)
        part = block.render_lines(Region(3, top, 6, 2))
        assert [strip.text for strip in part] == [strip.text[3:9] for strip in whole[top : top + 2]]


async def test_only_changed_lines_are_drawn_again() -> None:
    app = Block("padding", 0)
    async with app.run_test(size=(20, 6)) as pilot:
        block = app.query_one(TextBlock)
        block.show([Text("first"), Text("second")])
        await pilot.pause()
        before = block.render_lines(Region(0, 0, 20, 6))
        block.show([Text("first"), Text("another")])
        await pilot.pause()
        after = block.render_lines(Region(0, 0, 20, 6))
        assert after[0] is before[0]
        assert after[1].text.rstrip() == "another"
        shown = app.screen._compositor.render_strips()
        assert "".join(segment.text for segment in shown[1]).rstrip() == "another"
