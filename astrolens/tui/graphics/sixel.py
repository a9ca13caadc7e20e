"""Sixel pictures: every line of cells has its own part, so that text and pixels are painted over together.

A part holds numbers of ours only, never a stranger's words. Registers are set in hundredths, as the protocol has them:
grey is exact to them, and so are the colours of a picture that has no more than 256.
See https://vt100.net/docs/vt3xx-gp/chapter14.html.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from astrolens.tui.picture import Pixels

MOST_REGISTERS = 256
DEFAULT_CELL_PX = (10, 20)  # of the VT340, and of terminals that say nothing

_BAND = 6  # lines of pixels that one character holds
_LARGEST_PX = 120_000  # from which a pixel stands for a square of them
_LARGEST_CHARACTERS = 800_000
_FEW_REGISTERS = (MOST_REGISTERS, 64, 24)
_LEVELS = 101  # 0 to 100 %

Registers = NDArray[np.uint8]  # (line, column)
Palette = NDArray[np.uint8]  # (register, 3) in hundredths


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What draws each line of cells, from its upper left corner."""

    parts: tuple[str, ...]

    @property
    def size_characters(self) -> int:
        """How long all of it is."""
        return sum(map(len, self.parts))


def grain(columns: int, rows: int, cell_px: tuple[int, int]) -> int:
    """Side of the squares that are drawn as one pixel, so that a picture on a fine screen stays small."""
    width, height = columns * cell_px[0], rows * cell_px[1]
    side = 1
    while width * height > _LARGEST_PX * side * side:
        side += 1
    return side


def size_px(columns: int, rows: int, cell_px: tuple[int, int]) -> tuple[int, int]:
    """Columns and lines of the pixels that `encode` wants."""
    side = grain(columns, rows, cell_px)
    return ceil(columns * cell_px[0] / side), ceil(rows * cell_px[1] / side)


def encode(pixels: Pixels, columns: int, rows: int, cell_px: tuple[int, int]) -> Parts | None:
    """Levels (line, column, 3) of the size that `size_px` says, as one part for each line of cells.

    A picture that is too much for a line to a far terminal gets fewer colours; None when that is not enough.
    Blocks for some tens of milliseconds: call it in a thread.
    """
    side = grain(columns, rows, cell_px)
    width, high = columns * cell_px[0], cell_px[1]
    for registers in _FEW_REGISTERS:
        numbers, palette = registered(pixels, registers)
        large = np.repeat(np.repeat(numbers, side, axis=0), side, axis=1)[: rows * high, :width]
        found = _parts(large, palette, high)
        if found is not None:
            return found
    return None


def _parts(numbers: Registers, palette: Palette, high: int) -> Parts | None:
    parts: list[str] = []
    room = _LARGEST_CHARACTERS
    for top in range(0, len(numbers), high):
        parts.append(_part(numbers[top : top + high], palette))
        room -= len(parts[-1])
        if room < 0:
            return None
    return Parts(parts=tuple(parts))


def registered(pixels: Pixels, most: int = MOST_REGISTERS) -> tuple[Registers, Palette]:
    """Each pixel's register, and the registers; exact to a hundredth while there are registers enough."""
    parts = (pixels.astype(np.uint32) * 100 + 127) // 255
    codes = (parts[..., 0] * _LEVELS + parts[..., 1]) * _LEVELS + parts[..., 2]
    used = np.zeros(_LEVELS**3, dtype=bool)
    used[codes] = True
    found = np.flatnonzero(used)
    if len(found) > most:
        return _median_cut(pixels, most)
    numbers = np.zeros(_LEVELS**3, dtype=np.uint8)
    numbers[found] = np.arange(len(found))
    palette = np.stack([found // _LEVELS**2, found // _LEVELS % _LEVELS, found % _LEVELS], axis=1)
    return numbers[codes], palette.astype(np.uint8)


def _median_cut(pixels: Pixels, most: int) -> tuple[Registers, Palette]:
    from PIL import Image

    cut = Image.fromarray(pixels).quantize(most, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    levels = np.array(cut.getpalette("RGB"), dtype=np.uint32).reshape(-1, 3)
    return np.asarray(cut, dtype=np.uint8), ((levels * 100 + 127) // 255).astype(np.uint8)


def _part(numbers: Registers, palette: Palette) -> str:
    lines, width = numbers.shape
    used = np.unique(numbers).tolist()
    colours = "".join("#{};2;{};{};{}".format(register, *palette[register].tolist()) for register in used)
    bands = "-".join(_band(numbers[at : at + _BAND]) for at in range(0, lines, _BAND))
    return f'\x1bP0;1;0q"1;1;{width};{lines}{colours}{bands}\x1b\\'


def _band(numbers: Registers) -> str:
    """Up to six lines: for each register, which of them it colours in each column."""
    lines, width = numbers.shape
    used = np.unique(numbers)
    places = np.zeros(MOST_REGISTERS, dtype=np.intp)
    places[used] = np.arange(len(used))
    bits = np.zeros((len(used), width), dtype=np.uint8)
    columns = np.arange(width)
    for line in range(lines):
        bits[places[numbers[line]], columns] |= np.uint8(1 << line)
    return "$".join(
        f"#{register}{words}" for register, words in zip(used.tolist(), _in_runs(bits), strict=True)
    )


def _in_runs(bits: NDArray[np.uint8]) -> list[str]:
    """Each line of bits (register, column) as runs; what is empty at its end is left out."""
    count, width = bits.shape
    edges = np.ones((count, width), dtype=bool)
    edges[:, 1:] = bits[:, 1:] != bits[:, :-1]
    starts = np.flatnonzero(edges)
    lengths = np.diff(starts, append=count * width)
    values = bits.ravel()[starts]
    firsts = np.searchsorted(starts, np.arange(count + 1) * width).tolist()
    words = list(map(_run, lengths.tolist(), values.tolist()))
    last_is_empty = (bits[:, -1] == 0).tolist()
    return [
        "".join(words[first : end - empty])
        for first, end, empty in zip(firsts[:-1], firsts[1:], last_is_empty, strict=True)
    ]


@cache
def _run(length: int, bits: int) -> str:
    character = chr(63 + bits)
    return character * length if length < 4 else f"!{length}{character}"
