"""Look at the stored screens: ``python -m tests.tui.snapshots.look FOLDER [--svg] [--only WORDS]``.

Writes sheets of PNG, and with ``--svg`` each screen as SVG too.
"""

import argparse
import sys
from pathlib import Path

from tests.tui.snapshots.drawing import save_all, svg
from tests.tui.snapshots.screen import read

KEPT = Path(__file__).parent / "kept"


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--svg", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--width", type=int, default=960)
    parser.add_argument("--per-sheet", type=int, default=4)
    asked = parser.parse_args()
    stored = {
        file.stem: read(file.read_text(encoding="utf-8"))
        for file in sorted(KEPT.glob("*.screen"))
        if asked.only in file.stem
    }
    for file in save_all(stored, asked.folder, asked.columns, asked.width, asked.per_sheet):
        sys.stdout.write(f"{file}\n")
    for name, screen in stored.items() if asked.svg else ():
        (asked.folder / f"{name}.svg").write_text(svg(screen, name), encoding="utf-8")


if __name__ == "__main__":
    main()
