"""Textual's own table with invented findings: what ours is measured against (``python -m astrolens.tui.yardstick ROWS``)."""

import sys
from time import monotonic
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Static

_COLUMNS = ("found", "sigma", "p", "why", "catalogues", "source", "you")


class Yardstick(App[None]):
    """A heading and a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "down", "down"),
        Binding("q", "quit", "leave"),
    ]

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        """Both."""
        yield Static("reading", id="told", markup=False)
        yield DataTable(cursor_type="row", zebra_stripes=True)

    def on_mount(self) -> None:
        """Fill it as its documentation says."""
        began = monotonic()
        table = self.query_one(DataTable)
        for name in _COLUMNS:
            table.add_column(name, width=16)
        table.add_rows(
            (
                "02:14",
                f"{4 + number % 100 / 100:.1f}",
                "4e-4",
                "mahalanobis 0.99, knn",
                "unknown (4 of 4)",
                "sdss",
                "-",
            )
            for number in range(self._rows)
        )
        self.query_one("#told", Static).update(f"filled {monotonic() - began:.2f} s")
        table.focus()

    def action_down(self) -> None:
        """Next row."""
        self.query_one(DataTable).action_cursor_down()


if __name__ == "__main__":
    Yardstick(int(sys.argv[1])).run()
