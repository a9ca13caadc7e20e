"""One question before another encoder is put to use: on what it rests, why, and whether it is meant."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from astrolens.tui.folding import folded
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.model_orders import Consent
from astrolens.tui.promotion_text import WITHOUT_PROOF
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.key_line import KeyLine

_LONGEST_REASON = 500
_AROUND = 5  # lines of the sheet that are not its words


class PromotionAsker(ModalScreen[Consent | None]):
    """A sheet over the models. Where nothing is proven, Enter asks once more and two words are to be typed."""

    DEFAULT_CSS = """
    PromotionAsker { align: center middle; background: $background 60%; }
    PromotionAsker #consent { width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 1 2 0 2; background: $panel; }
    PromotionAsker #consent-words { height: auto; scrollbar-size-vertical: 1; }
    PromotionAsker #consent-words HeadLine { padding: 0; }
    PromotionAsker Horizontal { height: 1; margin-top: 1; }
    PromotionAsker Static { width: auto; height: 1; }
    PromotionAsker Input, PromotionAsker Input:focus { height: 1; border: none; padding: 0; background: $surface; width: 1fr; }
    PromotionAsker KeyLine { padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "promotion",
        [
            Binding("enter", "confirm", "do it", tooltip="put the model to use", priority=True),
            Binding("escape", "close", "leave", tooltip="leave the model as it is"),
            Binding("down", "scroll(1)", "down", tooltip="down", show=False),
            Binding("up", "scroll(-1)", "up", tooltip="up", show=False),
            Binding("pagedown", "scroll(8)", "a page down", tooltip="a page down", show=False),
            Binding("pageup", "scroll(-8)", "a page up", tooltip="a page up", show=False),
        ],
    )

    def __init__(self, live: Live, compose_lines: Callable[[int], list[Text]], *, proven: bool) -> None:
        super().__init__()
        self._live = live
        self._compose_lines = compose_lines
        self._proven = proven
        self._reason: str | None = None  # once it was given
        self._complaint = ""

    def compose(self) -> ComposeResult:
        """Words, a line to type in, keys."""
        with Vertical(id="consent"):
            with VerticalScroll(id="consent-words", can_focus=False):
                yield HeadLine(self._live, self._lines)
            with Horizontal():
                yield Static(self._question(), markup=False)
                yield Input(max_length=_LONGEST_REASON, compact=True)
            yield KeyLine(self._live)

    def on_mount(self) -> None:
        """Keys go to the line; there is none when the screen was left while it was built."""
        self.query(Input).focus()
        self._fit()

    def on_resize(self) -> None:
        """The line stays in sight."""
        self._fit()

    def _fit(self) -> None:
        for words in self.query("#consent-words"):
            words.styles.max_height = max(1, self.size.height - _AROUND)

    def _lines(self, width: int) -> list[Text]:
        lines = self._compose_lines(width)
        if self._complaint:
            complaint = Text(self._complaint, f"bold {self._live.palette.alarm}")
            lines += [Text(""), *folded(complaint, width)]
        return lines

    def _question(self) -> Text:
        palette = self._live.palette
        if self._reason is None:
            return Text("why (may be empty)  ", palette.strong)
        return Text(f"type: {WITHOUT_PROOF}  ", f"bold {palette.alarm}")

    def action_confirm(self) -> None:
        """Yes; where nothing is proven the two words come after it."""
        line = self.query_one(Input)
        said = line.value.strip()
        if self._reason is None:
            self._reason = said
            if self._proven:
                self.dismiss(Consent(reason=said, without_proof=False))
                return
            line.clear()
            self.query_one("#consent Horizontal Static", Static).update(self._question())
        elif " ".join(said.lower().split()) == WITHOUT_PROOF:
            self.dismiss(Consent(reason=self._reason, without_proof=True))
        else:
            self._complaint = f"Nothing is done yet: type {WITHOUT_PROOF}, or leave with Esc."
            self.query_one(HeadLine).redraw()
            self.call_after_refresh(self.query_one("#consent-words").scroll_end, animate=False)

    def action_scroll(self, lines: int) -> None:
        """Up or down."""
        self.query_one("#consent-words").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """No."""
        self.dismiss(None)
