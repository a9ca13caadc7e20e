"""A small chart of counts over time in block characters."""

from collections.abc import Callable

from rich.text import Text
from textual.geometry import Size

from astrolens.api.wire_status import StatusReply
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
        beside: tuple[str, Callable[[StatusReply], list[int]]] | None = None,
    ) -> None:
        super().__init__(live)
        self._title = title
        self._counts = counts
        self._colour = colour
        self._now = now
        self._beside = beside  # name and counts of a quiet second row

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
        beside = self._told_beside()
        if title.cell_len + legend.cell_len + beside.cell_len + _GAP <= width:
            legend.append_text(beside)
        if title.cell_len + legend.cell_len + _GAP <= width:
            title = title.append(" " * _GAP).append(legend)
        rows = max(1, self._height() - 1)
        second = self._second(column, width) if rows > 1 else None
        bars = self._bars(counts, column, rows if second is None else rows - 1)
        return [title, *bars] if second is None else [title, *bars, second]

    def _second(self, column: int, width: int) -> Text | None:
        """One row of other counts at a scale of their own."""
        if self._beside is None or self.live.stats is None:
            return None
        palette, eighths = self.live.palette, self.live.glyphs.eighths
        counts = self._beside[1](self.live.stats)[-width:]
        most = max(counts, default=0)
        if not most:
            return None
        body = column - 1 if column >= 3 else column
        line = Text(no_wrap=True)
        for count in counts:
            step = max(1, round(8 * count / most)) if count else 0
            line.append(eighths[step] * body + " " * (column - body), palette.quiet)
        return line

    def _told_beside(self) -> Text:
        """Name and newest number of the second row."""
        if self._beside is None or self.live.stats is None:
            return Text("")
        name, read = self._beside
        counts = read(self.live.stats)
        return Text(
            f"  {name} {words.number(counts[-1]) if counts else words.UNKNOWN}", self.live.palette.quiet
        )

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
