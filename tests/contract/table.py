"""The table of what was tried and what came of it, in docs/contract.md."""

from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "contract.md"
Cell = tuple[str, str, str]  # service, case, what was spoiled

_INTRO = """# What was tried on every service

Written by `pytest tests/contract --write-table`; a test fails when what it sees differs from this page.

Each service is a local server that speaks the wire format of the real one. In front of it stands a second server that
spoils single answers on the wire. The plugin or catalogue runs as it does in the daemon, through the same limits, and
the picture is decoded as it would be.

* `n offers`, `picture`, `match`, `no match`: all is well, and the picture has exactly the bytes that the good server sent.
* `Unavailable`: tried again later. `BadData`: this picture is parked with its reason. `PluginError`: the source rests
  and a person is told. `not answered`: the catalogue said nothing, so nothing is called unknown.
* `not asked`: the plugin needs no such request.
"""


def render(seen: Mapping[Cell, str]) -> str:
    """The page."""
    lines = [_INTRO]
    for service in sorted({service for service, _, _ in seen}):
        columns = list(dict.fromkeys(what for name, _, what in seen if name == service))
        cases = list(dict.fromkeys(case for name, case, _ in seen if name == service))
        lines += [f"## {service}", f"| case | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
        lines += [
            f"| {case} | {' | '.join(seen.get((service, case, what), '') for what in columns)} |"
            for case in cases
        ]
        lines.append("")
    return "\n".join(lines)


def parse(text: str) -> dict[Cell, str]:
    """What the page says."""
    seen: dict[Cell, str] = {}
    service, columns = "", list[str]()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            service, columns = line[3:], []
        elif line.startswith("| ") and not columns:
            columns = cells[1:]
        elif line.startswith("| ") and service:
            seen |= {
                (service, cells[0], what): cell for what, cell in zip(columns, cells[1:], strict=True) if cell
            }
    return seen
