"""View 4: honest while the branch is missing, and real on the data of a later daemon."""

from astrolens.tui.glyphs import unicode_glyphs
from astrolens.tui.palette import dark_palette
from astrolens.tui.widgets.light_curve import LightCurve, light_lines
from astrolens.tui.widgets.stamp import Plate, Stamp, middle
from tests.tui.conftest import OpenTerminal
from tests.tui.fake_daemon import FakeDaemon, galaxy
from tests.tui.fake_views import a_transient


def three(daemon: FakeDaemon) -> None:
    daemon.views.transients.update(
        {"rows": [a_transient(number) for number in (1, 2, 3)], "installed": True, "reason": ""}
    )


async def test_this_version_says_that_it_has_none(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("4")
        await t.until_shown("No transients: the transient branch is not installed in this version.")
        await t.press("right")
        await t.until_shown("there is no transient here")


async def test_three_pictures_and_a_curve(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), prepare=three) as t:
        await t.press("4")
        for words in (
            "ztf18abc1",
            "p(real) 0.97 ± 0.01",
            "science",
            "difference",
            "Scorr 8.2",
            "host NGC 5216",
            "1 of 3",
        ):
            await t.until_shown(words)
        await t.until(lambda: all(plate._drawn is not None for plate in t.app.screen.query(Plate)))
        await t.press("right", "right")
        await t.until_shown("ztf18abc3")
        await t.until_shown("no picture")
        await t.press("left")
        await t.until_shown("ztf18abc2")


async def test_blink_zoom_and_curve(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), prepare=three) as t:
        await t.press("4")
        await t.until_shown("Scorr 8.2")
        await t.press("b")
        assert not t.app.screen.query_one("#stamp-reference", Stamp).display
        await t.until_shown("reference")
        await t.until_shown("difference")
        await t.until_shown("science")
        await t.press("b")
        await t.until(lambda: t.app.screen.query_one("#stamp-reference", Stamp).display)
        await t.press("z")
        await t.until_shown("zoom 2x")
        await t.press("z", "z")
        await t.until(lambda: "zoom" not in t.screen().splitlines()[-2])
        await t.press("enter")
        await t.until(lambda: t.app.screen.query_one(LightCurve).size.width > 100)
        await t.press("enter")


def test_the_middle_of_a_picture() -> None:
    pixels = galaxy(1, 64)
    assert middle(pixels, 1).shape == (64, 64, 3)
    assert (middle(pixels, 2) == pixels[16:48, 16:48]).all()
    assert middle(pixels[:2, :2], 4).shape == (2, 2, 3)


def test_brighter_is_higher() -> None:
    def point(mjd: float, mag: float, *, limit: bool = False) -> dict[str, object]:
        return {"mjd": mjd, "mag": mag, "error": None, "limit": limit, "band": "g"}

    points = [point(1.0, 20.0, limit=True), point(5.0, 18.0), point(9.0, 19.0)]
    lines = [line.plain for line in light_lines(points, dark_palette(), unicode_glyphs(), 40, 12)]  # type: ignore[arg-type]
    assert "●" in lines[0]
    assert lines[0].startswith(" 18.0")
    assert "▼" in lines[9]
    assert lines[-1].endswith("8 d")
    assert light_lines([], dark_palette(), unicode_glyphs(), 40, 12)[0].plain == "No light curve yet."
    assert light_lines(points[:1], dark_palette(), unicode_glyphs(), 8, 3)[0].plain == "1 point"  # type: ignore[arg-type]


async def test_why_there_is_none_is_not_cut(terminal: OpenTerminal) -> None:
    async with terminal(size=(40, 18)) as t:
        await t.press("4")
        await t.until_shown("this version.")
        assert "…" not in t.screen().split("\n", 3)[3], "words go on in the next line"
