"""The Protocol covers what the handlers call, and nothing else."""

import inspect
import re
from pathlib import Path

from astrolens.api import control
from astrolens.api.control import Control

ROOM = Path(control.__file__).parent


def test_every_method_is_called_by_a_handler() -> None:
    text = "\n".join(path.read_text() for path in sorted(ROOM.glob("*.py")) if path.name != "control.py")
    called = set(re.findall(r"control\.([a-z_]+)\(", text))
    defined = {name for name, _ in inspect.getmembers(Control, inspect.isfunction) if name[0] != "_"}
    assert called == defined
