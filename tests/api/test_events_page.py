"""docs/events.md names every event."""

from pathlib import Path

from astrolens.domain.event import EventKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"


def test_every_kind_has_its_line() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == [kind.value for kind in EventKind]
