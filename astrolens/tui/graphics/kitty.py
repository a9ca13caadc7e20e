"""Kitty's graphics protocol with Unicode placeholders: pixels are sent once, and cells stand for them.

The cells are text like any other, so that they are cropped, covered and cleared as text is. What is sent holds
base64 and numbers only, never a stranger's words.
See https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders.
"""

import zlib
from base64 import b64encode
from functools import cache
from itertools import chain

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from astrolens.tui.picture import Drawn, Pixels

CELL_WIDTH_PX, CELL_HEIGHT_PX = 8, 16
MOST_CELLS = 150

_PLACEHOLDER = "\U0010eeee"
_CHUNK = 4096
# The protocol's first hundred and fifty marks for rows and columns: marks above (class 230) without decompositions.
_MARKS = (
    (0x305, 1), (0x30D, 2), (0x310, 1), (0x312, 1), (0x33D, 3), (0x346, 1), (0x34A, 3), (0x350, 3), (0x357, 1),
    (0x35B, 1), (0x363, 13), (0x483, 5), (0x592, 4), (0x597, 3), (0x59C, 6), (0x5A8, 2), (0x5AB, 2), (0x5AF, 1),
    (0x5C4, 1), (0x610, 8), (0x657, 5), (0x65D, 2), (0x6D6, 7), (0x6DF, 4), (0x6E4, 1), (0x6E7, 2), (0x6EB, 2),
    (0x730, 1), (0x732, 2), (0x735, 2), (0x73A, 1), (0x73D, 1), (0x73F, 3), (0x743, 1), (0x745, 1), (0x747, 1),
    (0x749, 2), (0x7EB, 7), (0x7F3, 1), (0x816, 4), (0x81B, 9), (0x825, 3), (0x829, 5), (0x951, 1), (0x953, 2),
    (0xF82, 2), (0xF86, 2), (0x135D, 3), (0x17DD, 1), (0x193A, 1), (0x1A17, 1), (0x1A75, 8),
)  # fmt: skip


@cache
def marks() -> str:
    """The mark of each row and column, by its number."""
    return "".join(map(chr, chain.from_iterable(range(first, first + count) for first, count in _MARKS)))


def transmission(pixels: Pixels, number: int, columns: int, rows: int) -> str:
    """Everything that a terminal must be sent before cells can stand for levels (line, column, 3)."""
    lines, width = pixels.shape[:2]
    content = b64encode(zlib.compress(pixels.tobytes(), 1)).decode("ascii")
    parts = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)]
    first = f"a=T,U=1,q=2,f=24,o=z,s={width},v={lines},i={number},c={columns},r={rows},"
    return "".join(
        f"\x1b_G{first if place == 0 else 'q=2,'}m={int(place + 1 < len(parts))};{part}\x1b\\"
        for place, part in enumerate(parts)
    )


def removal(number: int) -> str:
    """Lets the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def cells(number: int, columns: int, rows: int) -> Drawn:
    """Cells that stand for a picture; its number, up to 24 bits, is their colour."""
    style = Style.from_color(Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255))
    mark = marks()
    strips = tuple(
        Strip([Segment("".join(_PLACEHOLDER + mark[row] + mark[column] for column in range(columns)), style)], columns)
        for row in range(rows)
    )  # fmt: skip
    return Drawn(strips=strips, columns=columns, rows=rows)
