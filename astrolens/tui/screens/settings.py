"""View 8: settings in force and where they come from; sources and how they are."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from astrolens.api import orders, view_calls
from astrolens.api.client import Client
from astrolens.api.wire_settings import SettingRow, SettingsReply, SourceCard, SourcesReply
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.settings_text import (
    setting_columns,
    setting_detail,
    setting_row,
    source_columns,
    source_detail,
    source_row,
)
from astrolens.tui.table import Cell, Column, line_of, widths_of
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.row_list import RowList
from astrolens.tui.work import begin


@dataclass(frozen=True, slots=True)
class _Both:
    settings: SettingsReply
    sources: SourcesReply


class SettingsView(AskedView):
    """Two lists; what is said about the row under the cursor stands below."""

    NAME = "settings"
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "settings",
        [
            Binding("s", "other", "sources", tooltip="show sources instead of settings, or back"),
            Binding("c", "changed", "changed only", tooltip="show only settings that are not the default"),
            Binding("R", "reload", "reload", tooltip="let the daemon read its configuration again"),
            Binding("space", "hold", "hold", tooltip="pause this source, or let it go on"),
            Binding("n", "poll", "poll now", tooltip="ask this source now"),
        ],
    )

    def __init__(self, client: Client, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._reply: _Both | None = None
        self._reason = ""
        self._sources = False
        self._only_changed = False
        self._wanted = ""  # source to put the cursor on
        self._cells: list[list[Cell]] = []
        self._widths: dict[int, int] = {}

    def body(self) -> Widget:
        """Heading, rows, and what is said about one of them."""
        return Vertical(
            HeadLine(self.live, self._head, id="settings-head"),
            RowList(self.live, self._draw, id="settings-list"),
            HeadLine(self.live, self._detail, id="settings-detail"),
            id="body",
        )

    def on_mount(self) -> None:
        """Keys go to the rows."""
        super().on_mount()
        self._list.focus()

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    # ---------------------------------------------------------------- reading

    async def fetch(self) -> object:
        """Ask for both."""
        settings = await self._client.ask(view_calls.settings())
        return _Both(settings, await self._client.ask(view_calls.sources()))

    def show_reply(self, reply: object) -> None:
        """Draw it; the cursor stays."""
        self._reply, self._reason = cast(_Both, reply), ""
        self._compose_rows()

    def show_failure(self, reason: str) -> None:
        """Say it above the rows."""
        self._reason = reason
        self._compose_rows()

    def open_sources(self, source: str) -> None:
        """Show the sources, with the cursor on one of them."""
        self._sources, self._wanted = True, source
        self._compose_rows()

    def _settings(self) -> list[SettingRow]:
        rows = self._reply.settings["rows"] if self._reply is not None else []
        kept = [row for row in rows if row["origin"] != "default" or row["waiting"] is not None]
        return kept if self._only_changed else rows

    def _cards(self) -> list[SourceCard]:
        return self._reply.sources["sources"] if self._reply is not None else []

    def _compose_rows(self) -> None:
        palette, glyphs = self.live.palette, self.live.glyphs
        cursor = None
        if self._sources:
            self._cells = [source_row(card, palette, glyphs) for card in self._cards()]
            names = [card["name"] for card in self._cards()]
            if self._wanted in names:
                cursor, self._wanted = names.index(self._wanted), ""
        else:
            self._cells = [setting_row(row, palette, glyphs) for row in self._settings()]
        self._measure()
        self._list.empty_words = self._why_empty()
        self._list.show(len(self._cells), cursor)
        for head in self.query(HeadLine):
            head.redraw()

    def _measure(self) -> None:
        room = max(10, (self._list.scrollable_content_region.width or self.size.width) - 1)
        self._widths = widths_of(self._columns(), self._cells, room)

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self._compose_rows)

    def _columns(self) -> tuple[Column, ...]:
        return source_columns() if self._sources else setting_columns()

    def _why_empty(self) -> str:
        if self._reason:
            return f"This could not be read: {self._reason}"
        if self._reply is None:
            return "Reading settings and sources."
        if self._sources:
            return "No source has a table below [sources]. 'astrolens plugins' names those that there are."
        return "Everything is as it comes: no setting differs from its default. c shows all of them."

    # ---------------------------------------------------------------- drawing

    def _head(self, width: int) -> list[Text]:
        palette = self.live.palette
        title = Text("Sources" if self._sources else "Settings in force", f"bold {palette.strong}")
        if self._reply is None:
            return [title]
        found = self._reply.settings
        title.append(f"   {clean(found['file'], 200)}", palette.text)
        if not found["exists"]:
            title.append("  is not there: the defaults are used", palette.quiet)
        lines = [title]
        if found["mistake"]:
            mistake = clean(found["mistake"], 300)
            lines.append(Text(f"{self.live.glyphs.alarm} cannot be read now: {mistake}", palette.alarm))
        if self._reason:
            lines.append(Text(f"{self.live.glyphs.alarm} {self._reason}", palette.alarm))
        heading = [(column.title, palette.quiet) for column in self._columns()]
        lines.append(Text(" ").append_text(line_of(self._columns(), heading, self._widths)))
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return lines

    def _draw(self, index: int, width: int) -> Text:
        return line_of(self._columns(), self._cells[index], self._widths)

    def _detail(self, width: int) -> list[Text]:
        cursor, palette = self._list.cursor, self.live.palette
        if self._reply is None or cursor >= len(self._cells):
            return [Text("")]
        if self._sources:
            return source_detail(self._cards()[cursor], palette, width)
        return setting_detail(self._settings()[cursor], self._reply.settings["file"], palette, width)

    def on_row_list_moved(self) -> None:
        """Say something about another row."""
        self.query_one("#settings-detail", HeadLine).redraw()

    def in_short(self, _width: int) -> list[Text]:
        """The row under the cursor, as name and value or state."""
        cells = self._cells[self._list.cursor] if self._list.cursor < len(self._cells) else []
        return [Text(words, style) for words, style in cells[:2]]

    # ------------------------------------------------------------------- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the list that is not shown do nothing."""
        if action in ("hold", "poll"):
            return self._sources
        return not self._sources if action == "changed" else True

    def action_other(self) -> None:
        """Sources or settings."""
        self._sources = not self._sources
        self._list.cursor = 0
        self._compose_rows()
        self.refresh_bindings()

    def action_changed(self) -> None:
        """All settings, or those that a person changed."""
        self._only_changed = not self._only_changed
        self._list.cursor = 0
        self._compose_rows()

    def action_reload(self) -> None:
        """Let the daemon read its file again."""
        self._tell(self._reload)

    def action_hold(self) -> None:
        """Pause the source under the cursor, or let it go on."""
        card = self._card()
        if card is not None:
            self._tell(partial(self._hold, card["name"], not card["held"]))

    def action_poll(self) -> None:
        """Ask the source under the cursor now."""
        card = self._card()
        if card is not None:
            self._tell(partial(self._poll, card["name"]))

    def _card(self) -> SourceCard | None:
        cards = self._cards()
        return cards[self._list.cursor] if self._list.cursor < len(cards) else None

    def _tell(self, task: Callable[[], Coroutine[None, None, str]]) -> None:
        if reason := self.live.refusal():
            self.live.say(f"not done: {reason}", urgent=True)
            return
        begin(self, partial(self._told, task), group="tell", exclusive=True)

    async def _told(self, task: Callable[[], Coroutine[None, None, str]]) -> None:
        try:
            said = await task()
        except AstroLensError as error:
            self.live.say(str(error), urgent=True)
        else:
            self.live.say(said)
            await self._ask()

    async def _reload(self) -> str:
        reply = await self._client.ask(orders.reload())
        later = ", ".join(reply["needs_restart"][:4])
        return f"read again; at the next start: {later}" if later else "read again; everything is in force"

    async def _hold(self, source: str, held: bool) -> str:
        await self._client.ask(view_calls.hold(source, held=held))
        return f"{source} is paused; space lets it go on" if held else f"{source} goes on"

    async def _poll(self, source: str) -> str:
        await self._client.ask(orders.poll(source))
        return f"{source} is asked now"
