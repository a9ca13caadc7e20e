"""The line that narrows the list, with what may be typed and what is wrong below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from astrolens.domain.filter_text import LONGEST, FilterError
from astrolens.domain.text import clean
from astrolens.tui.filter_hints import completed, hint_at, mistake_in
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live

_TITLE_WIDTH = 8


class FilterLine(Vertical):
    """Hidden until it is asked for; Enter applies, Tab completes, Esc clears."""

    DEFAULT_CSS = """
    FilterLine { height: auto; display: none; padding: 0 1; }
    FilterLine.-open { display: block; }
    FilterLine Horizontal { height: 1; }
    FilterLine #filter-title { width: 8; color: $secondary; }
    FilterLine #filter-hint { height: auto; min-height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    FilterLine Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
    FilterLine Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "filter",
        [
            Binding("enter", "submit", "apply", tooltip="apply the filter", priority=True),
            Binding("tab", "complete", "complete", tooltip="complete the word", priority=True),
            Binding("escape", "clear", "clear", tooltip="clear the filter"),
        ],
    )

    @dataclass
    class Applied(Message):
        """Words of a filter."""

        words: str

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._error: FilterError | None = None

    def compose(self) -> ComposeResult:
        """A word, the words to be typed, and a line about them."""
        with Horizontal():
            yield Static("filter", id="filter-title", markup=False)
            yield Input(
                placeholder="sigma>4 source:NAME -label:*",
                max_length=LONGEST,
                compact=True,
                select_on_focus=False,
            )
        yield Static("", id="filter-hint", markup=False)

    def open(self, words: str) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        line = self.query_one(Input)
        line.value = words
        line.cursor_position = len(words)
        line.focus()
        self._tell()

    def refuse(self, error: FilterError) -> None:
        """Say what is wrong and where; the line stays open."""
        self._error = error
        self.query_one(Input).cursor_position = min(error.end, len(self.query_one(Input).value))
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what may come next."""
        event.stop()
        self._error = None
        self._tell()

    def action_complete(self) -> None:
        """Take the first of the words that may stand here."""
        line = self.query_one(Input)
        done = completed(line.value, hint_at(line.value, line.cursor_position, self._sources()))
        if done is not None:
            line.value, line.cursor_position = done

    def action_clear(self) -> None:
        """No filter."""
        self.remove_class("-open")
        self.post_message(self.Applied(words=""))

    def action_submit(self) -> None:
        """Apply what was typed."""
        self.post_message(self.Applied(words=self.query_one(Input).value.strip()))

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open")

    def _sources(self) -> Sequence[str]:
        stats = self._live.stats
        return () if stats is None else [clean(source["name"], 40) for source in stats["sources"]]

    def _tell(self) -> None:
        line = self.query_one(Input)
        error = self._error or mistake_in(line.value, line.cursor_position)
        said = self._wrong(error) if error is not None else self._possible(line)
        self.query_one("#filter-hint", Static).update(said)

    def _possible(self, line: Input) -> Text:
        palette = self._live.palette
        hint = hint_at(line.value, line.cursor_position, self._sources())
        text = Text(" " * _TITLE_WIDTH, no_wrap=True)
        for number, option in enumerate(hint.options):
            text.append(f"{option}  ", palette.strong if number == 0 else palette.quiet)
        if hint.options:
            return text.append("Tab takes the first", palette.faint) if len(hint.options) < 6 else text
        if hint.examples:
            return text.append(f"for example {'  '.join(hint.examples)}", palette.quiet)
        return text.append("Enter applies  Esc clears", palette.faint)

    def _wrong(self, error: FilterError) -> Text:
        """The words under the mistake, with a mark where it is."""
        palette, room = self._live.palette, max(20, self.size.width - 2)
        place = min(_TITLE_WIDTH + error.start, room - 1)
        before = place + 2 + len(said := clean(error, 600)) > room and place > room // 2
        lines = wrap(said, place - 1 if before else room - place - 2)[: max(1, self.app.size.height - 8)]
        if before:
            told = [f"{lines[0]} ^".rjust(place + 1), *(line.rjust(place - 1) for line in lines[1:])]
        else:
            told = [f"{' ' * place}^ {lines[0]}", *(" " * (place + 2) + line for line in lines[1:])]
        return Text("\n".join(told), palette.alarm, no_wrap=True)
