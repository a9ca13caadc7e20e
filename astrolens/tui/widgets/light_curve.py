"""Brightness over time: points, limits, and an axis that is never longer than what was seen."""

from rich.text import Text
from textual.widget import Widget

from astrolens.api.wire_transients import LightPoint
from astrolens.tui import words
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.live import Live
from astrolens.tui.palette import Palette

_AXIS = 6
_FEWEST_ROWS = 3


class LightCurve(Widget):
    """Brighter is higher, as astronomers draw it."""

    DEFAULT_CSS = """
    LightCurve { height: 1fr; width: 1fr; padding: 0 1; }
    """

    def __init__(self, live: Live) -> None:
        super().__init__(id="light-curve", markup=False)
        self._live = live
        self._points: list[LightPoint] = []

    def show(self, points: list[LightPoint]) -> None:
        """Draw these."""
        self._points = points
        self.refresh()

    def render(self) -> Text:
        """Textual's hook."""
        size = self.content_size
        lines = light_lines(self._points, self._live.palette, self._live.glyphs, size.width, size.height)
        return Text("\n", no_wrap=True).join(lines)


def light_lines(
    points: list[LightPoint], palette: Palette, glyphs: Glyphs, width: int, height: int
) -> list[Text]:
    """The plot in a box: magnitudes on the left, days since the first point below."""
    if not points:
        return [Text("No light curve yet.", palette.quiet)]
    rows, columns = height - 2, width - _AXIS
    if rows < _FEWEST_ROWS or columns < _AXIS:
        return [Text(words.counted(len(points), "point"), palette.quiet)]
    first, last = min(one["mjd"] for one in points), max(one["mjd"] for one in points)
    bright, faint = min(one["mag"] for one in points), max(one["mag"] for one in points)
    spread, days = max(faint - bright, 0.5), max(last - first, 1e-6)
    grid: dict[tuple[int, int], tuple[str, str]] = {}
    for one in sorted(points, key=lambda one: not one["limit"]):
        column = round((one["mjd"] - first) / days * (columns - 1))
        row = round((one["mag"] - bright) / spread * (rows - 1))
        grid[row, column] = (
            (glyphs.descending, palette.quiet) if one["limit"] else (glyphs.running, palette.anomaly)
        )
    lines = []
    for row in range(rows):
        mag = bright + spread * row / (rows - 1)
        named = row in (0, rows - 1) or (rows > 8 and row == rows // 2)
        line = Text(f"{mag:5.1f} " if named else " " * _AXIS, palette.quiet)
        for column in range(columns):
            mark, colour = grid.get((row, column), (" ", palette.faint))
            line.append(mark, colour)
        lines.append(line)
    lines.append(Text(" " * _AXIS + glyphs.line * columns, palette.faint))
    end = f"{last - first:.0f} d" if last > first else "one night"
    return [*lines, Text(f"{'mag':>5} first{end:>{max(1, columns - 5)}}", palette.quiet)]
