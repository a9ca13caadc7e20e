"""All there is, besides the keys, when the window is no larger than a stamp."""

from collections.abc import Callable

from rich.text import Text

from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.widgets.live_text import LiveText, fitted


class TinyLine(LiveText):
    """Anomalies, near misses and pictures an hour; below them what the screen is about, in short."""

    DEFAULT_CSS = """
    TinyLine { height: auto; display: none; }
    """

    def __init__(self, live: Live, in_short: Callable[[int], list[Text]] | None = None) -> None:
        super().__init__(live)
        self._in_short = in_short

    def redraw(self) -> None:
        """Nothing is composed while the window is larger."""
        if self.display:
            super().redraw()

    def lines(self, width: int) -> list[Text]:
        """The most important number first."""
        lines = [self._counts(width)]
        if self._in_short is not None and self.screen.is_mounted:
            lines += self._in_short(width)
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return lines

    def _counts(self, width: int) -> Text:
        stats, palette, glyphs = self.live.stats, self.live.palette, self.live.glyphs
        if stats is None:
            return Text("no daemon", palette.quiet)
        if not self.live.attached:
            return Text(f"{glyphs.alarm} daemon gone", palette.alarm)
        rate = stats["stages"][-1]["per_hour"] if stats["stages"] else None
        parts = [
            (0, Text(f"{glyphs.anomaly}{words.short_number(stats['anomalies'])}", palette.anomaly)),
            (2, Text(f"{glyphs.near_miss}{words.short_number(stats['near_misses'])}", palette.text)),
            (1, Text(f"{words.short_number(rate)}/h", palette.quiet)),
        ]
        return fitted(parts, width, gap=1)
