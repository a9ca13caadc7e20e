"""Every empty list says why."""

from pathlib import Path

import pytest

from astrolens.api.client import Client
from astrolens.tui.emptiness import why_empty
from astrolens.tui.pages import CandidatePages
from astrolens.tui.query import CandidateQuery
from tests.tui.fake_daemon import busy_stats, source
from tests.tui.still import still_live


@pytest.mark.parametrize(
    ("words", "near_misses", "sources", "images", "said"),
    [
        ("source:x", 0, [], 9, "No candidate passes the filter source:x. Esc clears it."),
        ("", 1, [], 9, "No anomaly yet. Press m for 1 near miss."),
        (
            "",
            0,
            [source("sim", "calibrating", calibration_seen=3)],
            9,
            "No candidate yet: 3 of 500 pictures of sim",
        ),
        ("", 0, [], 0, "No picture has come in yet."),
        ("", 0, [], 9, "Nothing odd among 9 pictures inside a budget of 2 false alarms per 1,000."),
    ],
)
def test_reasons(words: str, near_misses: int, sources: list[object], images: int, said: str) -> None:
    stats = busy_stats()
    stats["sources"], stats["images"] = sources, images  # type: ignore[typeddict-item]
    pages = CandidatePages(Client(Path("s")), CandidateQuery().filtered(words))
    assert why_empty(still_live(stats), pages, "") == "Reading the list."
    assert "no daemon" in why_empty(still_live(stats), pages, "no daemon answers")
    pages.loaded, pages.near_misses = True, near_misses
    assert why_empty(still_live(stats), pages, "").startswith(said)
