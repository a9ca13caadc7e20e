"""The list of candidates: a million rows, of which only the pages near the cursor are held."""

from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from astrolens.api.wire import CandidateOrder, CandidateRow
from astrolens.domain.clock import utc_now
from astrolens.domain.errors import AstroLensError
from astrolens.tui import words
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.pages import PAGE_ROWS, CandidatePages
from astrolens.tui.widgets.candidate_columns import Column, RowPainter, columns_for, heading, order_at
from astrolens.tui.widgets.plain_lines import PlainLines
from astrolens.tui.work import begin

_KEPT_LINES = 400


class CandidateList(PlainLines, ScrollView, can_focus=True):
    """Rows under a fixed heading; the cursor asks for pages as it needs them."""

    DEFAULT_CSS = """
    CandidateList { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "list",
        [
            Binding("j,down", "move(1)", "down", show=False),
            Binding("k,up", "move(-1)", "up", show=False),
            Binding("pagedown,ctrl+d", "page(1)", "a page down", show=False),
            Binding("pageup,ctrl+u", "page(-1)", "a page up", show=False),
            Binding("home,less_than_sign", "first", "first", tooltip="to the first row", show=False),
            Binding("end,G,greater_than_sign", "last", "last", tooltip="to the last row", show=False),
        ],
    )

    cursor = reactive(0)

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or its row has just been read."""

        row: CandidateRow | None

    @dataclass
    class Opened(Message):
        """A row was clicked twice."""

    @dataclass
    class SortWanted(Message):
        """The heading of a column was clicked."""

        order: CandidateOrder

    @dataclass
    class Replaced(Message):
        """Another list took the place of the one before."""

    @dataclass
    class Read(Message):
        """A page was read, or could not be."""

        pages: CandidatePages
        to_end: bool
        error: str

    def __init__(self, live: Live, pages: CandidatePages) -> None:
        super().__init__(id="list")
        self._live = live
        self.pages = pages
        self._replacing: CandidatePages | None = None
        self._told: int | None = None
        self._reading = False
        self.error = ""
        self.empty_words = ""  # stand where rows would be
        self._blank = Style()
        self._look: tuple[object, ...] = ()  # what all lines share
        self._lines: dict[int, tuple[tuple[object, ...], Strip]] = {}  # by row, with what it was drawn for
        self._columns: list[Column] = []
        self._painter = RowPainter(live, utc_now())

    def on_mount(self) -> None:
        """Read the first page."""
        self.show(self.pages)

    # ------------------------------------------------------------------ rows

    def show(self, pages: CandidatePages) -> None:
        """Read another list; the present one stays until the new one is there."""
        self._replacing = pages
        self._start(pages, 0)

    def retry(self) -> None:
        """Read what is missing after the daemon came back."""
        if self._replacing is not None:
            self.show(self._replacing)
        else:
            self._want_visible()
        self.refresh()

    @property
    def row(self) -> CandidateRow | None:
        """The row under the cursor, if it has been read."""
        return self.pages.row(self.cursor)

    @property
    def outdated(self) -> bool:
        """Whether another list was asked for and these rows are those of the one before."""
        return self._replacing is not None and not self.error

    def _height(self) -> int:
        return max(1, self.size.height - 1)

    def _want_visible(self) -> None:
        if self._reading or self._replacing is not None:
            return  # the end of what is being read comes back here
        top = int(self.scroll_offset.y)
        for first, last in ((self.cursor, self.cursor), (top, top + self._height() + PAGE_ROWS // 4)):
            page = self.pages.first_missing(first, last)
            if page is not None:
                self._start(self.pages, page)
                return

    def _start(self, pages: CandidatePages, page: int | None) -> None:
        """Read a page; None is the last one."""
        self._reading = True
        begin(self, partial(self._read, pages, page), group="pages", exclusive=True)

    async def _read(self, pages: CandidatePages, page: int | None) -> None:
        try:
            if page is None:
                await pages.fetch_last()
            else:
                await pages.fetch(page)
        except AstroLensError as error:
            self.post_message(self.Read(pages=pages, to_end=False, error=str(error)))
        else:
            self.post_message(self.Read(pages=pages, to_end=page is None, error=""))

    def on_candidate_list_read(self, message: Read) -> None:
        """Show what was read, and go on reading while something is missing."""
        message.stop()
        if message.pages is not self._replacing and message.pages is not self.pages:
            return
        self._reading = False
        self.error = message.error
        if message.pages is self._replacing and not message.error:
            self._replacing = None
            self.pages = message.pages
            self.set_reactive(CandidateList.cursor, 0)
            self.scroll_to(y=0, animate=False, force=True)
            self._told = None
            self.post_message(self.Replaced())
        self.virtual_size = Size(0, self.pages.total + 1)
        if message.to_end:
            self.cursor = max(0, self.pages.total - 1)
        if self.cursor >= max(1, self.pages.total):
            self.cursor = max(0, self.pages.total - 1)
        self.refresh()
        self._tell()
        if not message.error:
            self._want_visible()

    def _tell(self) -> None:
        row = self.row
        known = None if row is None else row["id"]
        if known is None or known != self._told:
            self.post_message(self.Moved(row=row))
        self._told = known

    # ---------------------------------------------------------------- moving

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self.cursor = self._clamped(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """A window up or down."""
        self.cursor = self._clamped(self.cursor + pages * max(1, self._height() - 1))

    def action_first(self) -> None:
        """To the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last row; where nobody has counted yet how many there are, the daemon does it now."""
        if self.pages.exact or self._replacing is not None:
            self.cursor = self._clamped(self.pages.total - 1)
        else:
            self._start(self.pages, None)

    def _clamped(self, row: int) -> int:
        return max(0, min(row, self.pages.total - 1))

    def watch_cursor(self, old: int, row: int) -> None:
        """Keep the cursor in the window and tell whose row it is."""
        top, height = int(self.scroll_offset.y), self._height()
        if row < top:
            self.scroll_to(y=row, animate=False, force=True)
        elif row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False, force=True)
        for changed in {old, row}:
            self.refresh(Region(0, changed - top + 1, self.size.width, 1))
        self._tell()
        self._want_visible()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read what the wheel or the scroll bar uncovers; the bar is drawn again where that can be seen."""
        if self.show_vertical_scrollbar:  # else asking for it would make one
            bar = self.vertical_scrollbar
            position = bar.validate_position(new_value)
            bar_like = bar.size.height, bar.window_virtual_size, bar.window_size
            if thumb_at(*bar_like, position) == thumb_at(*bar_like, bar.position):
                bar.set_reactive(ScrollBar.position, position)
        super().watch_scroll_y(old_value, new_value)
        self._want_visible()

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, two open the card; one on a heading sorts by it."""
        if event.y == 0:
            order = order_at(self._columns, event.x)
            if order is not None:
                self.post_message(self.SortWanted(order=order))
            return
        index = event.y - 1 + int(self.scroll_offset.y)
        if index < self.pages.total:
            self.cursor = index
            if event.chain >= 2:
                self.post_message(self.Opened())

    # --------------------------------------------------------------- drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up once what all lines share."""
        now = utc_now()
        look = (self.rich_style, self.size.width, self._live.palette, self._live.glyphs, now.date())
        if look != self._look or len(self._lines) > _KEPT_LINES:
            self._look = look
            self._blank = self.rich_style
            self._columns = columns_for(self.size.width, self._live.glyphs.sigma)
            self._painter = RowPainter(self._live, now)
            self._lines.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or a row that is being read."""
        index = int(self.scroll_offset.y) + y - 1
        row = self.pages.row(index) if y and index < self.pages.total else None
        if row is None:
            return self._line(y).apply_style(self._blank)
        shows = (row, index == self.cursor, row["id"] in self._live.newer, self._live.marks.shown(row))
        known = self._lines.get(index)
        if known is not None and known[0][0] is row and known[0][1:] == shows[1:]:
            return known[1]
        strip = self._line(y).apply_style(self._blank)
        self._lines[index] = (shows, strip)
        return strip

    def _line(self, y: int) -> Strip:
        width, palette, columns = self.size.width, self._live.palette, self._columns
        if y == 0:
            titles = heading(columns, self.pages.query, palette, self._live.glyphs)
            return _cut(titles, width)
        if self.pages.total == 0:
            lines = wrap(self.empty_words, max(10, width - 6))
            said = lines[y - 2] if 0 <= y - 2 < len(lines) else ""
            return _cut([Segment("   " + said, Style(color=palette.text))], width)
        index = int(self.scroll_offset.y) + y - 1
        if index >= self.pages.total:
            return Strip.blank(width)
        row = self.pages.row(index)
        if row is None:
            waits = f"    {self._live.glyphs.waits} row {words.number(index + 1)}"
            return _cut([Segment(waits, Style(color=palette.faint))], width)
        chosen = index == self.cursor
        strip = _cut(self._painter.paint(row, columns, cursor=chosen), width)
        return strip.apply_style(Style(bgcolor=palette.cursor)) if chosen else strip

    def on_resize(self) -> None:
        """The cursor stays in the window."""
        self.watch_cursor(self.cursor, self.cursor)


def thumb_at(size: int, rows: float, window: float, position: float) -> int:
    """Where the thumb of a scroll bar of so many lines begins, in eighths of a line, as Textual draws it."""
    if rows <= window:
        return 0
    thumb = max(1.0, window * size / rows)
    return int(8 * (size - thumb) * position / (rows - window))


def _cut(segments: list[Segment], width: int) -> Strip:
    return Strip(segments).adjust_cell_length(width)
