"""Long sentences as several lines."""

from rich.cells import chop_cells
from rich.text import Text

_NARROWEST = 12


def folded(text: Text, width: int, indent: int = 0) -> list[Text]:
    """Lines of whole words in the style of the text; a word that is longer than a line is cut."""
    room = max(_NARROWEST, width - indent)
    lines: list[str] = []
    line = Text("")
    for word in (part for whole in text.plain.split() for part in chop_cells(whole, room)):
        if line.cell_len + Text(word).cell_len + 1 > room and line.cell_len:
            lines.append(line.plain)
            line = Text("")
        line.append(f" {word}" if line.cell_len else word)
    return [Text(" " * indent + one, text.style, no_wrap=True) for one in (*lines, line.plain)]
