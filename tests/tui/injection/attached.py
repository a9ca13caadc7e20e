"""The terminal as a person runs it: ``python -m tests.tui.injection.attached SOCKET``."""

import sys
from pathlib import Path

from astrolens.config.settings import UiSettings
from astrolens.tui.app import run_terminal

if __name__ == "__main__":
    sys.exit(run_terminal(Path(sys.argv[1]), UiSettings(glyphs="unicode")))
