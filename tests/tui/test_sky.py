"""View 5 on a fake daemon: the sky, the map of embeddings, and the way from both to the list."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.areas import area_of
from astrolens.tui.lasso import edges, inside
from astrolens.tui.projection import fit_ellipse
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.sky import findings_among, words_of_area
from astrolens.tui.widgets.point_chart import PointChart
from astrolens.tui.widgets.sky_chart import SkyChart
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon


def asked_for(t: Terminal) -> str:
    return next((one for one in reversed(t.daemon.asked) if one.startswith("candidates?")), "")


async def test_the_cursor_walks_and_says_what_is_there(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5")
        await t.until_shown("searched")
        chart = t.app.screen.query_one(SkyChart)
        best = chart.cursor
        assert chart.counts[best]["anomalies"] == max(one["anomalies"] for one in chart.counts.values())
        await t.press("h")
        assert chart.cursor == best + 1, "east is to the left"
        await t.press("l", "k")
        assert chart.cursor == best + 72
        await t.press("j", "n")
        assert chart.cursor != best
        assert chart.counts[chart.cursor]["anomalies"]
        await t.press("N")
        assert chart.cursor == best
        chart.cursor = 72
        await t.press("j")
        assert chart.cursor == 0, "the south pole is the end"
        await t.until_shown("not searched")
        await t.press("enter")
        await t.until_shown("nothing was found in this area")


async def test_enter_lists_an_area(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5")
        await t.until_shown("searched")
        area = t.app.screen.query_one(SkyChart).cursor
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        await t.until(lambda: f"area%3D{area}" in asked_for(t), "the list is asked for the area")


async def test_a_click_goes_there(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5")
        await t.until_shown("searched")
        chart = t.app.screen.query_one(SkyChart)
        before = chart.cursor
        await t.pilot.click(SkyChart, offset=(chart.size.width // 2, chart.size.height // 2))
        assert chart.cursor != before
        await t.pilot.click(SkyChart, offset=(0, 0))
        assert chart.cursor == area_of(180.0, 0.0) or chart.cursor != before, "outside the sky nothing moves"


async def test_a_box_of_two_corners_lists_its_findings(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5", "e")
        await t.until_shown("likeness")
        await t.until_shown("under the cursor")
        chart = t.app.screen.query_one(PointChart)
        await t.press("enter")
        chart.cursor = (chart.size.width - 30, chart.size.height - 12)
        await t.press("v")
        await t.until_shown("v marks the next corner")
        chart.cursor = (chart.size.width - 1, chart.size.height - 1)
        await t.press("v")
        await t.until_shown("in the box")
        ids, _near = findings_among(chart.chosen())
        assert len(ids) >= 10
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        await t.until(lambda: f"id:{ids[0]},{ids[1]}," in asked_for(t), "the list is asked for them")


async def test_corners_can_be_taken_back(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5", "e")
        await t.until_shown("likeness")
        chart = t.app.screen.query_one(PointChart)
        x, y = chart.cursor
        await t.press("v", "L", "v", "J", "v")
        assert chart.corners == [(x, y), (x + 8, y), (x + 8, y + 4)]
        await t.until_shown("in the lasso")
        await t.press("v")
        assert chart.corners == [(x, y), (x + 8, y)]
        await t.press("H", "K", "l", "k", "h", "j", "escape")
        assert chart.corners == []
        assert chart.cursor == (x, y)
        await t.press("e")
        assert isinstance(t.app.focused, SkyChart)


async def test_the_cursor_stays_in_the_middle_until_it_is_moved(terminal: OpenTerminal) -> None:
    async with terminal(size=(200, 60)) as t:
        await t.press("5")
        await t.until_shown("likeness")
        chart = t.app.screen.query_one(PointChart)
        for size in ((300, 80), (170, 30), (200, 60)):
            await t.pilot.resize_terminal(*size)
            await t.until(
                lambda: chart.cursor == (chart.size.width // 2, chart.size.height // 2), "in the middle"
            )
        await t.press("e", "h", "k")
        moved = chart.cursor
        await t.pilot.resize_terminal(300, 80)
        await t.until(lambda: chart.size.width > 130)
        assert chart.cursor == moved, "a place that was chosen stays"


async def test_dragging_draws_a_lasso(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("5", "e")
        await t.until_shown("likeness")
        chart = t.app.screen.query_one(PointChart)
        await t.pilot.mouse_down(PointChart, offset=(20, 5))
        for place in ((60, 5), (60, 20), (20, 20)):
            await t.pilot.hover(PointChart, offset=place)
        await t.pilot.mouse_up(PointChart, offset=(20, 20))
        assert len(chart.corners) >= 4
        assert chart.chosen()
        await t.pilot.click(PointChart, offset=(3, 3))
        assert chart.corners == []
        assert chart.cursor == (3, 3)


async def test_nothing_yet_says_why(terminal: OpenTerminal) -> None:
    def empty(daemon: FakeDaemon) -> None:
        daemon.views.sky.update({"areas": [], "judged": 0, "without_position": 0})
        daemon.views.embedding.update({"points": [], "reason": "3 of 20 pictures are measured"})

    async with terminal(size=(120, 40), prepare=empty) as t:
        await t.press("5")
        await t.until_shown("Nothing was judged yet.")
        await t.press("n")
        await t.until_shown("nothing was found on the sky yet")
        await t.press("e")
        await t.until_shown("No map of embeddings yet: 3 of 20 pictures are measured.")
        await t.press("enter")
        await t.until_shown("no finding is among these pictures")


async def test_pictures_without_positions_are_told(terminal: OpenTerminal) -> None:
    def nowhere(daemon: FakeDaemon) -> None:
        daemon.views.sky.update({"areas": [], "judged": 0, "without_position": 512})

    async with terminal(size=(120, 40), prepare=nowhere) as t:
        await t.press("5")
        await t.until_shown("None of 512 judged pictures has a position")


@pytest.mark.parametrize(("columns", "rows"), [(120, 34), (78, 17), (8, 2), (300, 70)])
def test_the_ellipse_shows_every_place_where_it_says(columns: int, rows: int) -> None:
    sky = fit_ellipse(columns, rows)
    assert sky.columns <= columns
    assert sky.rows <= rows
    assert len(sky.areas) == sky.rows
    if sky.columns >= 78:
        assert not sky.areas[0][0], "outside the sky"
        for ra, dec in ((180.0, 0.0), (200.0, 35.0), (90.0, -50.0), (350.0, 20.0)):
            column, row = sky.cell_of(ra, dec)
            near = {
                area
                for c in (-1, 0, 1)
                for r in (-1, 0, 1)
                for area in sky.areas[min(max(row + r, 0), sky.rows - 1)][
                    min(max(column + c, 0), sky.columns - 1)
                ]
            }
            assert area_of(ra, dec) in near


def test_the_whole_sky_is_on_a_large_ellipse() -> None:
    shown = {area for line in fit_ellipse(300, 75).areas for cell in line for area in cell}
    assert len(shown) > 0.97 * 2592


def test_equal_areas_have_equal_room() -> None:
    sky = fit_ellipse(400, 100)
    cells = sum(bool(cell) for line in sky.areas for cell in line)
    north = sum(bool(cell) for line in sky.areas[:50] for cell in line)
    polar = sum(any(area // 72 >= 30 for area in cell) for line in sky.areas for cell in line)
    assert isclose(north / cells, 0.5, abs_tol=0.01)
    assert isclose(polar / cells, (1 - 3**0.5 / 2) / 2, abs_tol=0.02), (
        "above +60 degrees lies 6.7 % of the sky"
    )


_PLACE = st.tuples(st.integers(0, 40), st.integers(0, 20))


@given(_PLACE, _PLACE, _PLACE)
def test_a_box_is_a_box(one: tuple[int, int], other: tuple[int, int], point: tuple[int, int]) -> None:
    within = inside(point, [one, other])
    assert within == (
        min(one[0], other[0]) <= point[0] <= max(one[0], other[0])
        and min(one[1], other[1]) <= point[1] <= max(one[1], other[1])
    )
    assert {one, other} <= edges([one, other])


def test_a_polygon_with_a_bay() -> None:
    corners = [(0, 0), (10, 0), (10, 10), (5, 3), (0, 10)]
    assert inside((5, 1), corners)
    assert not inside((5, 6), corners), "in the bay"
    assert not inside((5, 1), corners[:1])


def test_words_of_the_filter() -> None:
    assert words_of_area(12, near=False) == "area=12"
    assert words_of_area(12, near=True) == "decision:anomaly,near_miss area=12"
