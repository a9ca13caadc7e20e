"""One question: how interesting, 0 to 5."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live


class InterestAsker(ModalScreen[int | None]):
    """A line above the keys; a digit answers, anything else leaves."""

    DEFAULT_CSS = """
    InterestAsker { align: center bottom; background: transparent; }
    InterestAsker Static { height: auto; width: 100%; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "interest",
        [
            *(Binding(str(digit), f"answer({digit})", f"interest {digit}", show=False) for digit in range(6)),
            Binding("escape", "leave_question", "leave", show=False),
        ],
    )

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live

    def compose(self) -> ComposeResult:
        """The question."""
        palette = self._live.palette
        question = Text()
        question.append("how interesting?  ", palette.strong)
        question.append("0 1 2 3 4 5", f"bold {palette.anomaly}").append("   Esc leaves", palette.quiet)
        yield Static(question, markup=False)

    def action_answer(self, interest: int) -> None:
        """A digit was pressed."""
        self.dismiss(interest)

    def action_leave_question(self) -> None:
        """No answer."""
        self.dismiss(None)
