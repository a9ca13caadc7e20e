"""The line that narrows the list."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from astrolens.tui.query import GRAMMAR


class FilterLine(Horizontal):
    """Hidden until it is asked for; Enter applies, Esc clears."""

    DEFAULT_CSS = """
    FilterLine { height: 1; display: none; padding: 0 1; }
    FilterLine.-open { display: block; }
    FilterLine Static { width: 8; color: $secondary; }
    FilterLine Input { width: 1fr; border: none; height: 1; padding: 0 1; background: $panel; }
    FilterLine Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "apply", tooltip="apply the filter"),
        Binding("escape", "clear", "clear", tooltip="clear the filter"),
    ]

    @dataclass
    class Applied(Message):
        """Words of a filter."""

        words: str

    def compose(self) -> ComposeResult:
        """A word and the words to be typed."""
        yield Static("filter", markup=False)
        yield Input(placeholder=GRAMMAR, max_length=200, compact=True)

    def open(self, words: str) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        line = self.query_one(Input)
        line.value = words
        line.focus()

    def action_clear(self) -> None:
        """No filter."""
        self.remove_class("-open")
        self.post_message(self.Applied(words=""))

    def action_submit(self) -> None:
        """Apply what was typed; the line itself takes the key first."""
        self.post_message(self.Applied(words=self.query_one(Input).value.strip()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply what was typed."""
        event.stop()
        self.post_message(self.Applied(words=event.value.strip()))

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open")
