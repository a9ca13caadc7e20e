"""All there is when the window is no larger than a stamp."""

from rich.text import Text

from astrolens.tui import words
from astrolens.tui.widgets.live_text import LiveText, fitted


class TinyLine(LiveText):
    """Anomalies, near misses and pictures an hour."""

    DEFAULT_CSS = """
    TinyLine { height: 1; display: none; }
    """

    def lines(self, width: int) -> list[Text]:
        """The most important number first."""
        stats, palette, glyphs = self.live.stats, self.live.palette, self.live.glyphs
        if stats is None:
            return [Text("no daemon", palette.quiet)]
        if not self.live.attached:
            return [Text(f"{glyphs.alarm} daemon gone", palette.alarm)]
        rate = stats["stages"][-1]["per_hour"] if stats["stages"] else None
        parts = [
            (0, Text(f"{glyphs.anomaly}{words.short_number(stats['anomalies'])}", palette.anomaly)),
            (2, Text(f"{glyphs.near_miss}{words.short_number(stats['near_misses'])}", palette.text)),
            (1, Text(f"{words.short_number(rate)}/h", palette.quiet)),
        ]
        return [fitted(parts, width, gap=1)]
