"""Columns of the list."""

import pytest
from rich.segment import Segment

from astrolens.domain.clock import utc_now
from astrolens.domain.review import LabelValue
from astrolens.tui.widgets.candidate_columns import RowPainter, columns_for, reasons
from tests.tui.fake_daemon import candidate
from tests.tui.still import WIDTHS, still_live


@pytest.mark.parametrize("width", [width for width in WIDTHS if width >= 40])
def test_rows_fit(width: int) -> None:
    columns = columns_for(width, "σ")
    painter = RowPainter(still_live(), utc_now())
    for index in range(12):
        row = {**candidate(index, 41), "source": "星" * 30, "catalogue_words": "é" * 90}
        segments = painter.paint(row, columns, cursor=False)  # type: ignore[arg-type]
        assert Segment.get_line_length(segments) <= width


def test_80_columns_have_everything_and_60_what_matters() -> None:
    names = {column.name for column in columns_for(79, "σ")}
    assert names == {"mark", "found", "sigma", "p", "why", "catalogue", "source", "you"}
    assert {"mark", "sigma", "catalogue", "you"} <= {column.name for column in columns_for(60, "σ")}


def test_reasons_fit_and_the_oddest_is_always_there() -> None:
    row = candidate(0, 41)
    assert reasons(row, 40) == "mahalanobis .99, knn .97"
    assert reasons(row, 20) == "mahalanobis .99"
    assert reasons(row, 9) == "mahal .99"
    row["why"] = []
    assert reasons(row, 9) == ""


def test_what_you_said_is_a_mark_and_a_word() -> None:
    live, row = still_live(), candidate(0, 41)
    painter, columns = RowPainter(live, utc_now()), columns_for(120, "σ")

    def you() -> str:
        return (
            "".join(segment.text for segment in painter.paint(row, columns, cursor=True))
            .rstrip()
            .split("  ")[-1]
        )

    assert you().strip() == "-"
    live.marks.begin(row, LabelValue.NORMAL, 2)
    assert you().strip() == "… normal 2"
    live.marks.refuse(row["id"])
    assert you().strip() == "✗ not saved"
