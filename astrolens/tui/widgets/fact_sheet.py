"""A column of words that scrolls; new words cost no layout."""

from rich.text import Text
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from astrolens.tui.widgets.plain_lines import PlainLines, WordLines


class FactSheet(PlainLines, ScrollView, can_focus=True):
    """Lines one below the other, cut at the right edge."""

    DEFAULT_CSS = """
    FactSheet { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._words = WordLines()
        self._top = 0

    @property
    def columns(self) -> int:
        """Room for words, beside the scroll bar or the place that is kept for it."""
        return self.scrollable_content_region.width

    def show(self, lines: list[Text]) -> None:
        """Draw these lines if they differ."""
        changed, count = self._words.put(lines), len(self._words.texts)
        if count != self.virtual_size.height:
            # As setting the property, without a layout of the whole screen: only the scroll bar depends on it.
            size = Size(0, count)
            self.set_reactive(FactSheet.virtual_size, size)
            self._scroll_update(size)
        first = max(changed.start - int(self.scroll_offset.y), 0)
        last = min(changed.stop - int(self.scroll_offset.y), self.size.height)
        if changed and first < last:
            self.refresh(Region(0, first, self.size.width, last - first))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up once what all lines share."""
        columns = self.columns
        self._words.look(columns, self.visual_style.rich_style, self.size.width - columns)
        self._top = int(self.scroll_offset.y)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the words."""
        return self._words.strip(self._top + y, self.app.console)
