"""Widgets that hand out finished lines: a line that stays as it was is neither composed nor cut again."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.containers import Container, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    _Widget = Widget
else:
    _Widget = object  # of two bases that are widgets Textual takes the styles of the first alone


class PlainLines(Widget):
    """Before a Line-API widget: its strips reach the screen as they are.

    Textual composes each line of a widget anew for borders, padding and opacity. Where a widget has none of
    these, its own strips are drawn, and a strip that it hands out again is drawn for nothing: everything that was
    derived from it (colours, cuts, escapes) is kept inside it.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's hook."""
        if any(self.styles.gutter) or self.opacity != 1.0:
            return super().render_lines(crop)
        filters, background = self.get_line_filters(), self.background_colors[1]
        first, last = crop.column_span
        whole = (first, last) == (0, self.size.width)
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for one in filters:
                strip = strip.apply_filter(one, background)
            strips.append(strip if whole else strip.crop(first, last))
        return strips


class PlainGround(_Widget):
    """Before a container: one empty line stands in all its places, most of which are covered anyway.

    Textual draws every line of whatever lies below what changed.
    """

    _ground: tuple[object, Strip] | None = None  # what it was made for, and the line

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's hook."""
        styles = self.styles
        if any(styles.gutter - styles.padding) or self.opacity != 1.0:
            return super().render_lines(crop)
        background, filters = self.background_colors[1], list(self.get_line_filters())
        made_for = crop.width, background, filters
        if self._ground is None or self._ground[0] != made_for:
            strip = Strip.blank(crop.width, Style.from_color(bgcolor=background.rich_color))
            for one in filters:
                strip = strip.apply_filter(one, background)
            self._ground = made_for, strip
        return [self._ground[1]] * crop.height


class PlainBox(PlainGround, Container):
    """A container that has no line of its own."""


class PlainColumn(PlainGround, Vertical):
    """A column that has no line of its own."""


class WordLines:
    """Lines of words and the strips made of them; only lines that changed are made again."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self._strips: dict[int, Strip] = {}
        self._widths = 0, 0
        self._base = Style()

    def put(self, lines: list[Text]) -> range:
        """Take other lines; the numbers of the lines from the first that changed to the last."""
        texts: list[Text] = []
        for line in lines:
            texts.extend(line.split(allow_blank=True) if "\n" in line.plain else (line,))
        before, self.texts = self.texts, texts
        longest = max(len(before), len(texts))
        changed = [
            index
            for index in range(longest)
            if index >= len(before) or index >= len(texts) or not _same(before[index], texts[index])
        ]
        for index in changed:
            self._strips.pop(index, None)
        return range(changed[0], changed[-1] + 1) if changed else range(0)

    def look(self, width: int, base: Style, beside: int = 0) -> None:
        """Make strips of this width, on this background, with so many empty cells behind them."""
        if ((width, beside), base) != (self._widths, self._base):
            self._widths, self._base = (width, beside), base
            self._strips.clear()

    def strip(self, index: int, console: Console) -> Strip:
        """One line; beyond the last one all are empty."""
        found = self._strips.get(index)
        if found is None:
            if index < len(self.texts):
                found = _strip(self.texts[index], self._widths, self._base, console)
            else:
                found = Strip.blank(sum(self._widths), self._base)
            self._strips[index] = found
        return found


def _same(line: Text, other: Text) -> bool:
    return line == other and line.style == other.style  # Rich compares the words and their spans only


def _strip(line: Text, widths: tuple[int, int], base: Style, console: Console) -> Strip:
    width, beside = widths
    if line.cell_len > width:
        line = line.copy()
        line.truncate(width, overflow="ellipsis")
    own = base + console.get_style(line.style, default="")  # which Rich leaves out where there are no spans
    segments = [
        Segment(one.text, own + one.style if one.style else own) for one in line.render(console) if one.text
    ]
    used = line.cell_len
    if used < width + beside:
        segments.append(Segment(" " * (width + beside - used), Style(bgcolor=base.bgcolor)))
    return Strip(segments, max(used, width + beside)).crop(0, width + beside)
