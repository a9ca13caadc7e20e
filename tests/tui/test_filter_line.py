"""What is wrong with a filter can be read to its end, in any window."""

import pytest

from astrolens.tui.widgets.filter_line import FilterLine
from tests.tui.conftest import OpenTerminal, Terminal


def left_words(t: Terminal) -> str:
    """What is said beside the picture."""
    width = t.app.screen.query_one(FilterLine).size.width
    return " ".join(" ".join(line[:width] for line in t.screen().split("\n")).split())


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 18)])
@pytest.mark.parametrize("words", ["sgma>4", "sigma>3 source:sdss found<2x"])
async def test_a_mistake_is_said_to_its_end(
    terminal: OpenTerminal, size: tuple[int, int], words: str
) -> None:
    async with terminal(size=size, view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("slash", *words, "enter")
        await t.until_shown("^")
        end = "(at character 1)" if words.startswith("sgma") else "(at character 27)"
        await t.until(lambda: end in left_words(t), end)
        caret = next(line for line in t.screen().split("\n") if "^" in line).index("^")
        typed = next(line for line in t.screen().split("\n") if words in line)
        assert caret == typed.index("sgma" if words.startswith("sgma") else "2x")
