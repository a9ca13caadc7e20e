"""What a training says of itself, one JSON object a line."""

import json
from pathlib import Path
from typing import Any

from astrolens.train.files import write_whole

LOG = "log.jsonl"


def append(path: Path, line: dict[str, Any]) -> None:
    """Add one line.

    Parameters
    ----------
    path : Path
        The log.
    line : dict
        JSON-able; has a ``step``.
    """
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def rewind(path: Path, step: int) -> None:
    """Forget what came after a checkpoint, and a line that a kill cut short.

    Parameters
    ----------
    path : Path
        The log; may be missing.
    step : int
        Steps done at the checkpoint.
    """
    if path.exists():
        kept = [line for line in read(path) if line["step"] <= step]
        write_whole(path, "".join(json.dumps(line) + "\n" for line in kept).encode())


def read(path: Path) -> list[dict[str, Any]]:
    """Every whole line.

    Parameters
    ----------
    path : Path
        The log.

    Returns
    -------
    list of dict
        In order.
    """
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(line, dict) and "step" in line:
            lines.append(line)
    return lines
