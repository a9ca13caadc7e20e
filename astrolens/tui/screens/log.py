"""View 7: what happened, in words, from the newest back as far as it is kept."""

from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from astrolens.api import view_calls
from astrolens.api.client import Client
from astrolens.api.wire import EventRow
from astrolens.domain.errors import AstroLensError
from astrolens.domain.event import EventKind
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.album import Album
from astrolens.tui.eventlevels import LEVEL_WORDS, Level, kind_groups, level_of
from astrolens.tui.eventwords import event_lines
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import CardWanted, SourcesWanted
from astrolens.tui.screens.view import View
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.live_text import fitted
from astrolens.tui.widgets.row_list import RowList
from astrolens.tui.work import begin

_PAGE = 200
_MOST_ROWS = 5000
_EVERY_S = 0.5


class LogView(View):
    """Follows the newest event until the cursor leaves it."""

    NAME = "log"
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "log",
        [
            Binding("f", "follow", "follow", tooltip="follow the newest event, or stand still"),
            Binding("t", "kinds(1)", "kinds", tooltip="show another group of kinds"),
            Binding("T", "kinds(-1)", "kinds back", show=False, tooltip="show the group of kinds before"),
            Binding("l", "level", "level", tooltip="show all, what is notable, or trouble only"),
            Binding("enter", "open", "open", tooltip="go to the picture or the source of this event"),
            Binding("o", "older", "older", tooltip="read older events"),
        ],
    )

    @dataclass
    class Read(Message):
        """A page of events."""

        rows: list[EventRow]
        asked: tuple[int, int | None]  # group, and before which event; None: the newest
        reason: str

    def __init__(self, client: Client, album: Album, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._album = album
        self._rows: list[EventRow] = []
        self._shown: list[EventRow] = []
        self._group = 0
        self._level = Level.ALL
        self._following = True
        self._seen = -1
        self._at_end = False  # nothing older is kept
        self._loaded = False
        self._reason = ""
        self._asked_s = 0.0

    def body(self) -> Widget:
        """What is shown, then the events, the newest last."""
        return Vertical(HeadLine(self.live, self._head), RowList(self.live, self._draw, id="log"), id="body")

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    def on_mount(self) -> None:
        """Follow what happens."""
        self.live.changed.subscribe(self, lambda _none: self._follow())
        self.set_interval(_EVERY_S, self._follow)
        self._list.focus()

    def on_screen_resume(self) -> None:
        """Read what came while another view was shown."""
        self._ask(None)

    # ---------------------------------------------------------------- reading

    def _follow(self) -> None:
        stats = self.live.stats
        if not (self.is_current and self.live.attached and stats is not None):
            return
        newest = max(stats["last_event"], self.live.event_count)
        waited = monotonic() - self._asked_s >= _EVERY_S
        if waited and self._following and (newest != self._seen or self._reason):
            self._seen = newest
            self._ask(None)

    def _ask(self, before: int | None) -> None:
        self._asked_s = monotonic()
        begin(self, partial(self._fetch, self._group, before), group=f"log {before}", exclusive=True)

    async def _fetch(self, group: int, before: int | None) -> None:
        kinds = tuple(kind.value for kind in kind_groups()[group].kinds)
        try:
            page = await self._client.ask(view_calls.events_before(before=before, kinds=kinds, limit=_PAGE))
        except AstroLensError as error:
            self.post_message(self.Read(rows=[], asked=(group, before), reason=clean(str(error), 300)))
        else:
            self.post_message(self.Read(rows=page["rows"], asked=(group, before), reason=""))

    def on_log_view_read(self, message: Read) -> None:
        """Join a page to what is there."""
        message.stop()
        group, before = message.asked
        if group != self._group:
            return
        self._reason = message.reason
        if message.reason:
            self._show()
            return
        self._loaded = True
        if before is not None:
            self._join_older(message.rows)
        else:
            self._join_newer(message.rows)

    def _join_newer(self, rows: list[EventRow]) -> None:
        last = self._rows[-1]["sequence"] if self._rows else -1
        fresh = [row for row in rows if row["sequence"] > last]
        if not self._rows or len(fresh) == _PAGE:
            self._rows, self._at_end = (
                rows,
                len(rows) < _PAGE,
            )  # more came than a page holds: read back on demand
        else:
            self._rows = [*self._rows, *fresh][-_MOST_ROWS:]
        self._show(self._under_cursor())

    def _join_older(self, rows: list[EventRow]) -> None:
        here = self._under_cursor()
        first = self._rows[0]["sequence"] if self._rows else 2**62
        older = [row for row in rows if row["sequence"] < first]
        self._at_end = len(rows) < _PAGE
        self._rows = [*older, *self._rows][:_MOST_ROWS]
        self._show(here)
        self.live.say(words.counted(len(older), "older event") if older else "nothing older is kept")

    def _under_cursor(self) -> int | None:
        if self._following or not self._shown:
            return None
        return self._shown[min(self._list.cursor, len(self._shown) - 1)]["sequence"]

    def _show(self, sequence: int | None = None) -> None:
        self._shown = [row for row in self._rows if level_of(row) >= self._level]
        cursor = len(self._shown) - 1
        if sequence is not None:
            cursor = next((at for at, row in enumerate(self._shown) if row["sequence"] >= sequence), cursor)
        self._list.empty_words = self._why_empty()
        self._list.show(len(self._shown), cursor)
        self.query_one(HeadLine).redraw()

    def _why_empty(self) -> str:
        if self._reason:
            return f"The events could not be read: {self._reason}"
        if not self._loaded:
            return "Reading the events."
        if self._rows:
            return f"None of {words.counted(len(self._rows), 'event')} is {LEVEL_WORDS[self._level]}. l shows more."
        return f"No event of this group is kept: {kind_groups()[self._group].title}. t shows another group."

    # ---------------------------------------------------------------- drawing

    def _head(self, width: int) -> list[Text]:
        palette, glyphs = self.live.palette, self.live.glyphs
        state = f"{glyphs.running} following" if self._following else f"{glyphs.paused} standing still"
        reach = words.ago(self._rows[0]["at"]) if self._rows else words.UNKNOWN
        parts = [
            (0, Text(state, palette.normal if self._following else palette.unsure)),
            (1, self._pair("kinds", kind_groups()[self._group].title)),
            (1, self._pair("level", LEVEL_WORDS[self._level])),
            (2, self._pair("back to", reach + (", all that is kept" if self._at_end else ""))),
            (3, self._pair("events", words.number(len(self._shown)))),
        ]
        return [fitted(parts, width)]

    def _pair(self, name: str, value: str) -> Text:
        return Text(f"{name} ", self.live.palette.quiet).append(value, self.live.palette.text)

    def _draw(self, index: int, width: int) -> Text:
        event = self._shown[index]
        first, second = event_lines(event, self.live.palette, self.live.glyphs)
        if level_of(event) is Level.TROUBLE:
            first.stylize(self.live.palette.unsure)
        if second is not None:
            first.append("  ").append_text(Text(second.plain.strip(), self.live.palette.quiet))
        return first

    def in_short(self, width: int) -> list[Text]:
        """The event under the cursor: the newest, unless somebody went elsewhere."""
        return [self._draw(self._list.cursor, width)] if self._list.cursor < len(self._shown) else []

    # ------------------------------------------------------------------- keys

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        """Who looks at something stands still; who goes to the end follows."""
        following = message.index == len(self._shown) - 1
        if following != self._following:
            self._following = following
            self.query_one(HeadLine).redraw()

    def on_row_list_beyond(self) -> None:
        """Above the first row there are older ones."""
        self.action_older()

    def on_row_list_opened(self) -> None:
        """A row was clicked twice."""
        self.action_open()

    def action_follow(self) -> None:
        """Follow the newest, or stand still."""
        self._following = not self._following
        if self._following:
            self._show()
            self._ask(None)
        self.query_one(HeadLine).redraw()

    def action_kinds(self, step: int) -> None:
        """Another group of kinds."""
        self._group = (self._group + step) % len(kind_groups())
        self._rows, self._loaded, self._at_end, self._following = [], False, False, True
        self._show()
        self._ask(None)

    def action_level(self) -> None:
        """Another level."""
        here = self._under_cursor()
        self._level = Level((self._level + 1) % len(Level))
        self._show(here)

    def action_older(self) -> None:
        """Read on into the past."""
        if not self._rows or self._at_end:
            self.live.say("nothing older is kept" if self._at_end else "there is nothing to go back from")
        elif len(self._rows) >= _MOST_ROWS:
            self.live.say(f"{_MOST_ROWS:,} events are the most that are held here; narrow the kinds (t)")
        else:
            self._following = False
            self._ask(self._rows[0]["sequence"])

    def action_open(self) -> None:
        """Go to what the event is about."""
        if not self._shown:
            return
        event = self._shown[min(self._list.cursor, len(self._shown) - 1)]
        if event["image_id"] is not None:
            begin(self, partial(self._fetch_card, event["image_id"]), group="card", exclusive=True)
        elif event["kind"] in (EventKind.SOURCE_CHANGED, EventKind.CALIBRATED, EventKind.DRIFT):
            self.post_message(SourcesWanted(source=str(event["payload"].get("source", ""))))
        else:
            self.live.say("this event is about no picture and no source")

    async def _fetch_card(self, image_id: int) -> None:
        try:
            self.post_message(CardWanted(row=await self._album.fetch_detail(image_id)))
        except AstroLensError as error:
            self.live.say(str(error), urgent=True)
