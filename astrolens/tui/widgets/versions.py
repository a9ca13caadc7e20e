"""The versions of a model: a short list with a cursor, whose page keys belong to the text below it."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from astrolens.tui.keymap import keyed
from astrolens.tui.widgets.row_list import RowList


class Versions(RowList, inherit_bindings=False):
    """As high as its rows, up to a share of the window."""

    DEFAULT_CSS = """
    Versions { height: auto; max-height: 12; margin: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "versions",
        [
            Binding("j,down", "move(1)", "next version", show=False, tooltip="the next version"),
            Binding("k,up", "move(-1)", "version before", show=False, tooltip="the version before"),
        ],
    )

    def fit(self, most: int) -> None:
        """Take as many lines as there are rows, but not more than some; without rows it keeps the keys."""
        self.styles.height = min(self.count, most)
