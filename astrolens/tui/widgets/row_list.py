"""A list of lines with a cursor: what it draws is asked for line by line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live


class RowList(ScrollView, can_focus=True):
    """Rows of one line each; those that are not seen cost nothing."""

    DEFAULT_CSS = """
    RowList { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "rows",
        [
            Binding("j,down", "move(1)", "down", show=False),
            Binding("k,up", "move(-1)", "up", show=False),
            Binding("pagedown,ctrl+d", "page(1)", "a page down", show=False),
            Binding("pageup,ctrl+u", "page(-1)", "a page up", show=False),
            Binding("home", "first", "first", show=False),
            Binding("end,G", "last", "last", show=False),
        ],
    )

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        index: int

    @dataclass
    class Opened(Message):
        """A row was clicked twice."""

        index: int

    @dataclass
    class Beyond(Message):
        """The cursor wanted to go above the first row."""

    def __init__(self, live: Live, draw: Callable[[int, int], Text], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._live = live
        self._draw = draw
        self._blank = Style()
        self.count = 0
        self.cursor = 0
        self.empty_words = ""  # stand where rows would be

    def on_mount(self) -> None:
        """Follow the colours."""
        self._live.changed.subscribe(self, lambda _none: self.refresh())

    def show(self, count: int, cursor: int | None = None) -> None:
        """Draw so many rows; without another cursor it stays where it is."""
        self.count = count
        self.virtual_size = Size(self.size.width, count)
        self.cursor = min(max(0, self.cursor if cursor is None else cursor), max(0, count - 1))
        self._keep_seen()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look the background up once for all lines."""
        self._blank = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row, or the words in the place of rows."""
        width = self.scrollable_content_region.width
        index = y + int(self.scroll_offset.y)
        if index >= self.count:
            text = self._instead(y) if not self.count else Text("")
            return self._strip(text, width, self._blank)
        style = self._blank
        if index == self.cursor and self.has_focus:
            style += Style(bgcolor=self._live.palette.cursor)
        mark = self._live.glyphs.cursor if index == self.cursor else " "
        line = Text(mark, self._live.palette.strong).append_text(self._draw(index, width - 1))
        return self._strip(line, width, style)

    def _instead(self, y: int) -> Text:
        lines = Text(self.empty_words, self._live.palette.quiet).wrap(
            self.app.console, max(1, self.size.width - 4)
        )
        place = y - 1
        text = lines[place] if 0 <= place < len(lines) else Text("")
        return Text("  ").append_text(text)

    def _strip(self, text: Text, width: int, style: Style) -> Strip:
        text.truncate(width, overflow="ellipsis")
        text.no_wrap = True
        segments = [one for one in text.render(self.app.console, end="") if isinstance(one, Segment)]
        return Strip(segments).adjust_cell_length(width).apply_style(style)

    def _keep_seen(self) -> None:
        height, top = max(1, self.size.height), int(self.scroll_offset.y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        if index < 0 and self.cursor == 0:
            self.post_message(self.Beyond())
        index = min(max(0, index), max(0, self.count - 1))
        if index != self.cursor:
            self.cursor = index
            self.post_message(self.Moved(index=index))
        self._keep_seen()
        self.refresh()

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self.virtual_size = Size(self.size.width, self.count)
        self._keep_seen()

    def on_focus(self) -> None:
        """The cursor is bright where keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """And quiet elsewhere."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose a row; twice opens it."""
        index = event.y + int(self.scroll_offset.y)
        if index < self.count:
            self.move_to(index)
            if event.chain >= 2:
                self.post_message(self.Opened(index=index))

    def action_move(self, step: int) -> None:
        """Up or down."""
        self.move_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A page up or down."""
        self.move_to(self.cursor + step * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """The first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """The last row."""
        self.move_to(self.count - 1)
