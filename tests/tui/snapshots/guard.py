"""What no picture for the documents may hold: a view that failed, or a place of the machine that drew it."""

import re
import tempfile
from pathlib import Path

_FAILED = ("could not be read", "no answer", "no daemon answers", "daemon gone", "not attached")
_TEMPORARY = re.compile(r"/tmp/|/var/tmp/|/private/var/folders/|/dev/shm/|al-demo-")


class Spoiled(Exception):
    """A picture shows what no reader should see."""


def spoiled(text: str) -> str:
    """The first line of a screen that must not be in a picture; empty when there is none."""
    places = {tempfile.gettempdir(), str(Path(tempfile.gettempdir()).resolve())}
    for line in text.split("\n"):
        failed = any(words in line for words in _FAILED)
        if failed or _TEMPORARY.search(line) or any(f"{place}/" in line for place in places if place != "/"):
            return line.strip()
    return ""
