"""One line of words: a tag or a note."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from astrolens.domain.text import clean
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live


class LineAsker(ModalScreen[str | None]):
    """A line above the keys; Enter answers, Esc leaves."""

    DEFAULT_CSS = """
    LineAsker { align: center bottom; background: transparent; }
    LineAsker Horizontal { height: 1; width: 100%; padding: 0 1; background: $panel; }
    LineAsker Static { width: auto; height: 1; }
    LineAsker.-stamp #line-keys { display: none; }
    LineAsker.-stamp Horizontal { layout: vertical; height: 2; }
    LineAsker Input { height: 1; border: none; padding: 0; background: $panel; width: 1fr; }
    LineAsker Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "line", [Binding("escape", "leave_question", "leave", show=False)]
    )

    def __init__(self, live: Live, question: str, longest: int) -> None:
        super().__init__()
        self._live = live
        self._question = question
        self._longest = longest

    def compose(self) -> ComposeResult:
        """The question and the line."""
        with Horizontal():
            yield Static(f"{clean(self._question, 40)}  ", markup=False)
            yield Input(max_length=self._longest, compact=True)
            yield Static(
                Text("  Enter saves  Esc leaves", self._live.palette.quiet), markup=False, id="line-keys"
            )

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """An answer, or nothing at all."""
        message.stop()
        self.dismiss(message.value.strip() or None)

    def action_leave_question(self) -> None:
        """No answer."""
        self.dismiss(None)
