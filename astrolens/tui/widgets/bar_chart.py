"""A small chart of counts over time in block characters."""

from collections.abc import Callable

from rich.text import Text
from textual.geometry import Size

from astrolens.api.wire import StatusReply
from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.palette import Palette
from astrolens.tui.widgets.live_text import LiveText

_GAP = 3


class BarChart(LiveText):
    """Title with the newest and the largest count, then bars, the newest on the right."""

    DEFAULT_CSS = """
    BarChart { height: 1fr; padding: 0 1; }
    """

    def __init__(
        self,
        live: Live,
        title: str,
        counts: Callable[[StatusReply], list[int]],
        colour: Callable[[Palette], tuple[str, str]],
        *,
        now: str,
    ) -> None:
        super().__init__(live)
        self._title = title
        self._counts = counts
        self._colour = colour
        self._now = now

    def lines(self, width: int) -> list[Text]:
        """Title and bars; a period of nothing is a faint line, no data is said in words."""
        palette = self.live.palette
        counts = self._counts(self.live.stats) if self.live.stats is not None else []
        title = Text(self._title, palette.quiet, no_wrap=True)
        if not counts or not any(counts):
            return [title, Text("nothing yet", palette.faint)]
        column = max(1, width // len(counts))
        counts = counts[-width:]
        legend = Text(f"{self._now} {words.number(counts[-1])}", palette.text)
        legend.append(f"  most {words.number(max(counts))}", palette.quiet)
        if title.cell_len + legend.cell_len + _GAP <= width:
            title = title.append(" " * _GAP).append(legend)
        rows = max(1, self._height() - 1)
        return [title, *self._bars(counts, column, rows)]

    def _height(self) -> int:
        size: Size = self.content_size
        return size.height or 2

    def _bars(self, counts: list[int], column: int, rows: int) -> list[Text]:
        palette, eighths = self.live.palette, self.live.glyphs.eighths
        bright, dim = self._colour(palette)
        most = max(counts)
        body = column - 1 if column >= 3 else column
        lines = []
        for row in range(rows):
            line = Text(no_wrap=True)
            below = (rows - 1 - row) * 8
            for index, count in enumerate(counts):
                newest = index == len(counts) - 1
                level = max(1, round(count / most * rows * 8)) if count else 0
                step = min(8, max(0, level - below))
                empty = level == 0 and row == rows - 1
                line.append(
                    (eighths[1] if empty else eighths[step]) * body,
                    palette.faint if empty else bright if newest else dim,
                )
                line.append(" " * (column - body))
            lines.append(line)
        return lines
