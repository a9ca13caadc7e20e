"""What is kept can be read back, and differences are seen."""

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.snapshots.drawing import CELL_WIDTH, png, sheet, svg
from tests.tui.snapshots.screen import Cell, Look, Screen, read, written

PARTS = st.integers(0, 255)
COLOURS = st.tuples(PARTS, PARTS, PARTS)
LOOKS = st.builds(Look, COLOURS, COLOURS, st.sampled_from(("", "b", "du", "ir")))
CELLS = st.builds(Cell, st.sampled_from(list(" aZ9▀▄█σ│▂&<")), LOOKS)
SCREENS = st.integers(1, 12).flatmap(
    lambda width: st.builds(
        Screen,
        st.lists(st.lists(CELLS, min_size=width, max_size=width).map(tuple), min_size=1, max_size=4).map(
            tuple
        ),
    )
)


@given(SCREENS)
def test_text_form_and_back(screen: Screen) -> None:
    assert read(written(screen)) == screen
    assert screen.differences(screen) == []


@given(SCREENS)
def test_any_screen_can_be_drawn(screen: Screen) -> None:
    assert png(screen).width == screen.width * CELL_WIDTH
    assert svg(screen, "a <screen>").count("<script") == 0


def row(*cells: Cell) -> Screen:
    return Screen((cells,))


def test_wide_characters_keep_their_place() -> None:
    look = Look((1, 2, 3), (0, 0, 0))
    screen = row(Cell("星", look), Cell("", look), Cell("e\u0301", look), Cell("x", look))
    assert read(written(screen)) == screen


def test_what_counts_as_a_difference() -> None:
    plain, pale, bold = (
        Look((200, 200, 200), (0, 0, 0)),
        Look((201, 200, 200), (0, 0, 0)),
        Look((200, 200, 200), (0, 0, 0), "b"),
    )
    assert row(Cell("a", plain)).differences(row(Cell("b", plain)))
    assert row(Cell("a", plain)).differences(row(Cell("a", pale))), "a theme's colour is exact"
    assert row(Cell("a", plain)).differences(row(Cell("a", bold)))
    assert row(Cell("a", plain)).differences(row(Cell("a", plain), Cell("a", plain)))
    assert not row(Cell("▀", plain)).differences(row(Cell("▀", pale))), "a picture's last bit is not"
    assert not row(Cell("█", plain)).differences(row(Cell("▀", Look((200, 200, 200), (200, 200, 200)))))
    assert row(Cell("▀", plain)).differences(row(Cell("▄", plain)))


def test_a_sheet_holds_all() -> None:
    look = Look((200, 0, 0), (0, 0, 60))
    picture = png(row(*[Cell("a", look)] * 30))
    assert sheet([("one", picture), ("two", picture), ("three", picture)], 2, 200).height > 2 * 17
