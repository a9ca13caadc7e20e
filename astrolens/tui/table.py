"""Small tables as lines: columns as wide as their widest cell, the least important ones left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: str
    right: bool = False
    importance: int = 0  # the largest goes first when there is no room
    least: int = 0  # becomes so narrow, its cells cut, before it goes; 0: goes whole


Cell = tuple[str, str]  # words and style


def widths_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> dict[int, int]:
    """Width of each column that fits, by its place."""
    widest = [
        max([cell_len(column.title), *(cell_len(row[place][0]) for row in rows)])
        for place, column in enumerate(columns)
    ]
    kept = list(range(len(columns)))
    while (over := sum(widest[place] + _GAP for place in kept) - _GAP - width) > 0 and len(kept) > 1:
        last = max(kept, key=lambda place: (columns[place].importance, place))
        if columns[last].least and widest[last] - over >= columns[last].least:
            widest[last] -= over
            break
        kept.remove(last)
    return {place: widest[place] for place in kept}


def line_of(columns: Sequence[Column], cells: Sequence[Cell], widths: dict[int, int]) -> Text:
    """One row."""
    line = Text(no_wrap=True, overflow="ellipsis")
    for place, wide in widths.items():
        said, style = cells[place]
        if cell_len(said) > wide:
            cut = Text(said)
            cut.truncate(wide, overflow="ellipsis")
            said = cut.plain
        blank = " " * max(0, wide - cell_len(said))
        line.append(blank + said if columns[place].right else said + blank, style).append(" " * _GAP)
    line.rstrip()
    return line


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int, quiet: str) -> list[Text]:
    """Heading and rows."""
    widths = widths_of(columns, rows, width)
    heading = [(column.title, quiet) for column in columns]
    return [line_of(columns, heading, widths), *(line_of(columns, row, widths) for row in rows)]
