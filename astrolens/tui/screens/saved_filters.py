"""Filters that have a name: choose one, save the present one, forget one."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen

from astrolens.api import orders, questions
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire_filters import SavedFilter
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.screens.line_asker import LineAsker
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.work import begin

_LONGEST_NAME = 40
_ROOMY = 8  # lines from which there is room for a title and blank lines


class SavedFilters(ModalScreen[str | None]):
    """A short list over the candidates; it answers with the words of a filter."""

    DEFAULT_CSS = """
    SavedFilters { align: center middle; background: $background 60%; }
    SavedFilters Vertical { width: 78; max-width: 96%; height: 16; max-height: 90%; padding: 1 2; background: $panel; }
    SavedFilters.-stamp Vertical, SavedFilters.-flat Vertical { max-height: 100%; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "saved_filters",
        [
            Binding("j,down", "move(1)", "down", tooltip="down", show=False),
            Binding("k,up", "move(-1)", "up", tooltip="up", show=False),
            Binding("enter", "choose", "apply", tooltip="apply the filter"),
            Binding("s", "save", "save", tooltip="save the present filter under a name"),
            Binding("x,delete", "remove", "remove", tooltip="forget the filter"),
            Binding("escape,f", "leave", "back", tooltip="back to the list"),
        ],
    )

    @dataclass
    class Arrived(Message):
        """All of them, or why they are not there."""

        rows: list[SavedFilter]
        error: str

    def __init__(self, client: Client, live: Live, present: str) -> None:
        super().__init__()
        self._client = client
        self._live = live
        self._present = present
        self._rows: list[SavedFilter] | None = None
        self._error = ""
        self.cursor = 0

    def compose(self) -> ComposeResult:
        """One block of lines."""
        with Vertical():
            yield TextBlock(id="saved-filters")

    def on_mount(self) -> None:
        """Ask for them."""
        self._draw()
        self._ask(questions.saved_filters())

    def on_resize(self) -> None:
        """Other lines fit."""
        self.call_after_refresh(self._draw)

    def _ask(self, call: Call[list[SavedFilter]], done: str = "") -> None:
        begin(self, partial(self._fetch, call, done), group="filters", exclusive=True)

    async def _fetch(self, call: Call[list[SavedFilter]], done: str) -> None:
        try:
            rows = await self._client.ask(call)
        except AstroLensError as error:
            self.post_message(self.Arrived(rows=[], error=str(error)))
        else:
            self.post_message(self.Arrived(rows=rows, error=""))
            if done:
                self._live.say(done)

    def on_saved_filters_arrived(self, message: Arrived) -> None:
        """Show them."""
        message.stop()
        self._error = message.error
        if not message.error:
            self._rows = message.rows
        self._move_to(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a line, two apply it."""
        block = self.query_one(TextBlock).region
        index = event.screen_y - block.y - self._above()
        if block.contains(event.screen_x, event.screen_y) and 0 <= index < len(self._shown()):
            self._move_to(self._first() + index)
            if event.chain >= 2:
                self.action_choose()

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self._move_to(self.cursor + rows)

    def action_choose(self) -> None:
        """Apply the filter under the cursor."""
        if self._rows:
            self.dismiss(self._rows[self.cursor]["words"])

    def action_save(self) -> None:
        """Ask for a name and save the present filter under it."""
        if not self._present:
            self._complain("there is no filter to save; type one with / first")
        elif reason := self._live.refusal():
            self._complain(f"cannot save: {reason}")
        else:
            self.app.push_screen(LineAsker(self._live, "name of this filter", _LONGEST_NAME), self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name:
            before = [row["words"] for row in self._rows or () if row["name"] == name]
            was = f"; before it was {before[0]}" if before and before[0] != self._present else ""
            self._ask(orders.save_filter(name, self._present), f"saved: {name}{was}")

    def action_remove(self) -> None:
        """Forget the filter under the cursor."""
        if reason := self._live.refusal():
            self._complain(f"cannot remove: {reason}")
        elif self._rows:
            row = self._rows[self.cursor]
            self._ask(orders.remove_filter(row["name"]), f"forgotten: {row['name']} was {row['words']}")

    def action_leave(self) -> None:
        """Back, with nothing changed."""
        self.dismiss(None)

    def _complain(self, words: str) -> None:
        self._error = words
        self._draw()

    def _move_to(self, row: int) -> None:
        self.cursor = max(0, min(row, len(self._rows or ()) - 1))
        self._draw()

    def _room(self) -> int:
        return self.query_one(TextBlock).size.height

    def _above(self) -> int:
        """Lines above the first filter."""
        return 2 if self._room() >= _ROOMY else 0

    def _most(self) -> int:
        """Filters that are shown at once."""
        return max(1, self._room() - (5 if self._room() >= _ROOMY else 1))

    def _first(self) -> int:
        last = max(0, len(self._rows or ()) - self._most())
        return min(last, max(0, self.cursor - self._most() // 2))

    def _shown(self) -> list[SavedFilter]:
        return (self._rows or [])[self._first() : self._first() + self._most()]

    def _draw(self) -> None:
        palette = self._live.palette
        lines = [Text("Saved filters", f"bold {palette.normal}"), Text("")][: self._above()]
        for number, row in enumerate(self._shown(), start=self._first()):
            chosen = number == self.cursor
            mark = self._live.glyphs.cursor if chosen else " "
            line = Text(f"{mark} {clean(row['name'], _LONGEST_NAME):<20}  ", palette.strong, no_wrap=True)
            line.append(clean(row["words"], 200), palette.text if chosen else palette.quiet)
            lines.append(line)
        if self._error:
            lines.append(Text(clean(self._error, 200), palette.alarm))
        elif self._rows is None:
            lines.append(Text(self._live.glyphs.waits, palette.quiet))
        elif not self._rows:
            lines.append(
                Text("None yet. Filter the list with /, then save the filter here with s.", palette.text)
            )
        keys = Text("Esc back  Enter applies  s saves this one  x removes", palette.quiet)
        blank = [Text("")] if self._above() else []
        self.query_one(TextBlock).show([*lines[: max(1, self._room() - 1 - len(blank))], *blank, keys])
