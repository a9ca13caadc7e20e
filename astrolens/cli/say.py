"""Words, tables and JSON on standard output."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from astrolens.domain.errors import BadData
from astrolens.domain.text import clean


def say(line: str = "") -> None:
    """One line, safe for a terminal."""
    print(clean(line, 4000))


def say_json(value: Any) -> None:
    """A value as JSON, NaN written as null."""
    text = json.dumps(_finite(value), indent=1, ensure_ascii=False, default=str)
    print("".join(one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text))


def log_to_stderr(level: int) -> None:
    """Log lines for a person: harmless, also when they name strangers' files."""
    from astrolens.daemon.logs import TextLines

    handler = logging.StreamHandler()
    handler.setFormatter(TextLines(()))
    logging.basicConfig(level=level, handlers=[handler])


def say_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()
) -> None:
    """Aligned columns; those in ``right`` hold numbers."""
    cells = [[clean(cell, 80) for cell in row] for row in rows]
    widths = [max([len(head), *(len(row[n]) for row in cells)]) for n, head in enumerate(headings)]
    for row in [list(headings), *cells]:
        line = "  ".join(
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print(line.rstrip())


def check_writable(file: Path) -> None:
    """Refuse a place for results before hours of work, not after them."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise BadData(f"{file} cannot be written: name a file in a folder that exists")


def number(value: float | None, form: str = ".1f") -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None or value != value else format(value, form)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
