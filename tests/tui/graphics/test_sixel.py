"""What a terminal would see of a sixel part, by a decoder that knows the protocol and nothing of the encoder."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from astrolens.tui.colours.maps import ColourMap, coloured
from astrolens.tui.graphics.sixel import encode, grain, registered, size_px
from astrolens.tui.picture import Pixels
from tests.tui.fake_daemon import galaxy

TOKEN = re.compile(r'"(\d+);(\d+);(\d+);(\d+)|#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])')
UNSET = -1


def decoded(part: str) -> NDArray[np.int64]:
    """Hundredths of light (line, column, 3) as a terminal would draw them; -1 where nothing was drawn."""
    begin, end = "\x1bP0;1;0q", "\x1b\\"
    assert part.startswith(begin)
    assert part.endswith(end)
    body = part[len(begin) : -len(end)]
    registers: dict[int, tuple[int, int, int]] = {}
    picture = np.full((0, 0, 3), UNSET)
    at = x = y = now = 0
    while at < len(body):
        token = TOKEN.match(body, at)
        assert token is not None, f"not sixel: {body[at : at + 20]!r}"
        at = token.end()
        _, _, width, height, new, red, green, blue, register, count, repeated, single, control = (
            token.groups()
        )
        if width:
            # The raster's size, rounded up to whole bands; the rest must stay as it was.
            picture = np.full((-(-int(height) // 6) * 6, int(width), 3), UNSET)
            drawn_height = int(height)
        elif new:
            assert int(new) < 256
            assert max(int(red), int(green), int(blue)) <= 100
            registers[int(new)] = (int(red), int(green), int(blue))
        elif register:
            now = int(register)
            assert now in registers, "a register is set before it is used"
        elif control:
            x, y = 0, y + (6 if control == "-" else 0)
        else:
            bits, columns = ord(repeated or single) - 63, int(count or 1)
            for bit in range(6):
                if bits >> bit & 1:
                    assert (picture[y + bit, x : x + columns] == UNSET).all(), "each pixel is drawn once"
                    picture[y + bit, x : x + columns] = registers[now]
            x += columns
            assert x <= picture.shape[1]
    assert (picture[drawn_height:] == UNSET).all(), "nothing below the cells"
    return picture[:drawn_height]


def seen(pixels: Pixels, columns: int, rows: int, cell_px: tuple[int, int]) -> NDArray[np.int64]:
    """All parts below each other."""
    found = encode(pixels, columns, rows, cell_px)
    assert found is not None
    assert len(found.parts) == rows
    parts = [decoded(part) for part in found.parts]
    assert {part.shape for part in parts} == {(cell_px[1], columns * cell_px[0], 3)}
    return np.concatenate(parts)


def hundredths(pixels: Pixels) -> NDArray[np.int64]:
    return np.round(pixels.astype(float) / 2.55).astype(np.int64)


@pytest.mark.parametrize("cell_px", [(8, 16), (9, 19), (10, 20), (7, 14)])
def test_grey_comes_back_to_the_hundredth(cell_px: tuple[int, int]) -> None:
    random = np.random.default_rng(5)
    width, lines = size_px(9, 4, cell_px)
    grey = np.repeat(random.integers(0, 256, (lines, width, 1)), 3, axis=2).astype(np.uint8)
    assert np.array_equal(seen(grey, 9, 4, cell_px), hundredths(grey))


@pytest.mark.parametrize("colours", [ColourMap.SUMMIT, ColourMap.HEAT, ColourMap.COOL])
def test_a_colour_map_comes_back_to_the_hundredth(colours: ColourMap) -> None:
    width, lines = size_px(32, 1, (8, 16))
    shade = np.tile(np.linspace(0, 1, width, dtype=np.float32), (lines, 1))
    pixels = coloured(shade, colours)
    assert np.array_equal(seen(pixels, 32, 1, (8, 16)), hundredths(pixels))


def test_true_colour_is_near() -> None:
    pixels = galaxy(3)
    back = seen(pixels, 16, 8, (8, 16)) * 2.55
    assert np.abs(back - pixels).mean() < 3
    numbers, palette = registered(np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8))
    assert len(palette) <= 256
    assert numbers.max() < len(palette)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(3, 30), st.integers(6, 45), st.integers(1, 9))
def test_every_size_of_a_cell(columns: int, rows: int, wide: int, high: int, shades: int) -> None:
    cell_px = wide, high
    width, lines = size_px(columns, rows, cell_px)
    numbers = np.random.default_rng(shades).integers(0, shades, (lines, width, 1))
    pixels = np.repeat(numbers * 25, 3, axis=2).astype(np.uint8)
    assert np.array_equal(seen(pixels, columns, rows, cell_px), hundredths(pixels))


def test_a_fine_screen_gets_squares() -> None:
    cell_px, columns, rows = (20, 42), 40, 20
    side = grain(columns, rows, cell_px)
    assert side > 1
    width, lines = size_px(columns, rows, cell_px)
    assert width * lines < 150_000
    pixels = np.repeat(np.random.default_rng(2).integers(0, 9, (lines, width, 1)) * 20, 3, axis=2).astype(
        np.uint8
    )
    back = seen(pixels, columns, rows, cell_px)
    large = hundredths(pixels).repeat(side, axis=0).repeat(side, axis=1)
    assert np.array_equal(back, large[: rows * 42, : columns * 20])


def test_a_picture_that_is_too_much_gets_fewer_colours_or_is_not_sent() -> None:
    cell_px, columns, rows = (10, 20), 100, 50
    width, lines = size_px(columns, rows, cell_px)
    noise = np.random.default_rng(3).integers(0, 256, (lines, width, 3)).astype(np.uint8)
    found = encode(noise, columns, rows, cell_px)
    assert found is None or found.size_characters <= 800_000
    flat = encode(np.zeros_like(noise), columns, rows, cell_px)
    assert flat is not None
    assert flat.size_characters < 10_000
