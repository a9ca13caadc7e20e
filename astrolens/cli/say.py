"""Words, tables and JSON on standard output."""

import contextlib
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from astrolens.domain.errors import BadData
from astrolens.domain.text import clean

_SAME_LINES = 3


def say(line: str = "") -> None:
    """One line, safe for a terminal."""
    print(clean(line, 4000))


def say_json(value: Any) -> None:
    """A value as JSON, NaN written as null."""
    plain = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(_finite(value), indent=1, ensure_ascii=plain, default=str)
    print("".join(one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text))


def speak_any_language() -> None:
    """Write what the terminal's alphabet lacks as an escape, rather than fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def nobody_reads() -> None:
    """Let what is still printed go nowhere: the reader of the pipe has left."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # it was no file, or is closed already
        return


def log_to_stderr(level: int, *, keep: Callable[[logging.LogRecord], bool] | None = None) -> None:
    """Log lines for a person: harmless, also when they name strangers' files; only those that are to be kept."""
    from astrolens.daemon.logs import RateLimit, TextLines

    handler = logging.StreamHandler()
    handler.setFormatter(TextLines(()))
    handler.addFilter(RateLimit(burst=_SAME_LINES))
    if keep is not None:
        handler.addFilter(keep)
    logging.basicConfig(level=level, handlers=[handler])


def warnings_to_stderr() -> None:
    """Log lines for a verb that says itself what failed: its log needs no errors and no tracebacks."""
    log_to_stderr(logging.WARNING, keep=_below_error)


def _below_error(record: logging.LogRecord) -> bool:
    return record.levelno < logging.ERROR


def say_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()
) -> None:
    """Aligned columns; those in ``right`` hold numbers. The last may be long: that is where remedies stand."""
    last = len(headings) - 1
    cells = [[clean(cell, 1000 if n == last else 80) for n, cell in enumerate(row)] for row in rows]
    widths = [max([len(head), *(len(row[n]) for row in cells)]) for n, head in enumerate(headings)]
    for row in [list(headings), *cells]:
        line = "  ".join(
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print(line.rstrip())


def check_writable(file: Path) -> None:
    """Refuse a place for results before hours of work, not after them."""
    folder = file.absolute().parent
    if file.is_dir() or not folder.is_dir():
        raise BadData(f"{file} cannot be written: name a file in a folder that exists")
    if not os.access(folder, os.W_OK):
        raise BadData(f"{file} cannot be written: name a file in a folder that you may write to")


@contextlib.contextmanager
def writing(file: Path) -> Iterator[None]:
    """Say of a disk that is full, or went away, which file it was."""
    try:
        yield
    except OSError as error:
        raise BadData(
            f"{file} cannot be written: {error.strerror or error}; make room, or name another place"
        ) from error


def number(value: float | None, form: str = ".1f") -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None or value != value else format(value, form)


def words(value: str) -> str:
    """A value of the wire as a person says it: near_miss is a near miss."""
    return value.replace("_", " ")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
