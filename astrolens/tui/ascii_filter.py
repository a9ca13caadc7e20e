"""The last word before the terminal where it can draw nothing but ASCII."""

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ALIKE = str.maketrans(
    {
        "…": "~",
        "←": "<",
        "→": ">",
        "━": "=",
        "─": "-",
        "│": "|",
        "┃": "|",
        "╸": "-",
        "▁": "_",
        "▂": "_",
        "▃": "_",
        "▄": "#",
        "▅": "#",
        "▆": "#",
        "▇": "#",
        "█": "#",
        "°": "d",
        "▀": "#",
        "\N{REPLACEMENT CHARACTER}": "?",
    }
)


def in_ascii(text: str) -> str:
    """The text in ASCII and as wide as before: accents fall, what has no likeness becomes question marks."""
    if text.isascii():
        return text
    return "".join(letter if letter.isascii() else _likeness(letter) for letter in text.translate(_ALIKE))


def _likeness(letter: str) -> str:
    width = cell_len(letter)
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return plain if plain and len(plain) == width else "?" * width


class AsciiFilter(LineFilter):
    """Puts every line of the screen into ASCII, whoever wrote it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Textual's hook."""
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]
