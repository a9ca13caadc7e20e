"""View 6 on a fake daemon."""

from astrolens.tui.glyphs import ascii_glyphs, unicode_glyphs
from astrolens.tui.model_text import model_lines, spark
from astrolens.tui.palette import dark_palette
from tests.tui.conftest import OpenTerminal
from tests.tui.fake_views import some_models


async def test_everything_is_on_it(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 60)) as t:
        await t.press("6")
        for words in (
            "vit-tiny-p8-galaxy-3f9a  in use", "sha256 3f9ac1d2", "Is the budget kept?", "20 of 31", "0.70 x budget",
            "odd per 1,000", "of a former model", "✗ alarm", "higher sky", "vit-tiny-galaxy-81bb", "not built yet",
        ):  # fmt: skip
            await t.until_shown(words)


async def test_it_scrolls_in_a_small_window(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24)) as t:
        await t.press("6")
        await t.until_shown("Is the budget kept?")
        assert "not built yet" not in t.screen()
        await t.press("end")
        await t.until_shown("not built yet")
        await t.press("home", "j", "pagedown", "k")
        await t.press("home")
        await t.until_shown("in use")


def test_a_model_without_a_past() -> None:
    reply = some_models()
    reply.update({"calibrations": [], "alarms": [], "drift": [], "nights": []})
    words = "\n".join(line.plain for line in model_lines(reply, dark_palette(), unicode_glyphs(), 80))
    for said in ("None yet: no source has shown enough", "No source is on.", "No night has ended"):
        assert said in words


def test_every_width() -> None:
    for width in (1, 20, 40, 80, 300):
        assert model_lines(some_models(), dark_palette(), ascii_glyphs(), width)


def test_sparks_are_as_high_as_their_values() -> None:
    assert spark([0.0, 1.0, 8.0], unicode_glyphs()) == "▁▁█"
    assert spark([], unicode_glyphs()) == ""
