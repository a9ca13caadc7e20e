"""Half cells: shape, colour, cost."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.tui.picture import MOST_COLUMNS, MOST_ROWS, decode_png, draw, fit
from tests.tui.fake_daemon import galaxy, png


@given(st.integers(1, 900), st.integers(1, 900), st.integers(0, 300), st.integers(0, 300))
def test_fit_stays_inside_and_keeps_pixels_square(width: int, height: int, columns: int, rows: int) -> None:
    wide, high = fit(width, height, columns, rows)
    assert 0 <= wide <= min(columns, MOST_COLUMNS)
    assert 0 <= high <= min(rows, MOST_ROWS)
    if min(wide, high) > 8:
        assert wide / (2 * high) == pytest.approx(width / height, rel=0.15)


def test_two_pixels_in_a_cell() -> None:
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[0::2] = (252, 0, 0)
    drawn = draw(pixels, 4, 2, half_cells=True)
    assert (drawn.columns, drawn.rows) == (4, 2)
    segments = list(drawn.strips[0])
    assert [segment.text for segment in segments] == ["▀▀▀▀"], "equal neighbours share a segment"
    style = segments[0].style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet == (252, 0, 0)
    assert style.bgcolor.triplet == (0, 0, 0)


def test_letters_where_colour_is_poor() -> None:
    drawn = draw(galaxy(1), 40, 20, half_cells=False)
    text = "".join(strip.text for strip in drawn.strips)
    assert text.isascii()
    assert len(set(text)) > 5
    assert all(strip.cell_length == drawn.columns for strip in drawn.strips)


def test_a_picture_survives_the_wire() -> None:
    pixels = galaxy(4)
    assert np.array_equal(decode_png(png(pixels)), pixels)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, png(galaxy(2))[:900]])
def test_no_picture_is_bad_data(content: bytes) -> None:
    with pytest.raises(BadData):
        decode_png(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_bad_data(content: bytes) -> None:
    with suppress(BadData):
        decode_png(content)


def test_an_empty_box_draws_nothing() -> None:
    assert draw(galaxy(1), 0, 5, half_cells=True).strips == ()
