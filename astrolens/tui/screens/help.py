"""Every key, made from the bindings themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from astrolens.domain.clock import utc_now
from astrolens.tui.live import Live
from astrolens.tui.widgets.key_line import one_key

_KEY_WIDTH = 16


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one screen."""

    title: str
    bindings: Sequence[BindingType]


class HelpScreen(ModalScreen[None]):
    """A sheet over the screen; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "close", "close", show=False),
        Binding("j", "scroll(1)", "down", show=False),
        Binding("k", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, live: Live, groups: Sequence[KeyGroup]) -> None:
        super().__init__()
        self._live = live
        self._groups = groups

    def compose(self) -> ComposeResult:
        """Groups of keys."""
        yield VerticalScroll(Static(self._sheet(), markup=False), id="help-sheet")

    def _sheet(self) -> Text:
        palette, glyphs = self._live.palette, self._live.glyphs
        sheet = Text()
        for group in self._groups:
            sheet.append(f"{group.title}\n", f"bold {palette.normal}")
            for binding in group.bindings:
                if not isinstance(binding, Binding) or not binding.description:
                    continue
                keys = binding.key_display or " ".join(one_key(key) for key in binding.key.split(","))
                sheet.append(f"  {keys:<{_KEY_WIDTH}}", f"bold {palette.strong}")
                sheet.append(f"{binding.tooltip or binding.description}\n", palette.text)
            sheet.append("\n")
        sheet.append("Marks\n", f"bold {palette.normal}")
        for mark, meaning, colour in (
            (glyphs.anomaly, "anomaly: inside the false-alarm budget", palette.anomaly),
            (glyphs.near_miss, "near miss: just outside it", palette.text),
            (glyphs.calibrating, "calibrating: the source has not shown enough normals yet", palette.unsure),
            ("*", "this p lies beyond the calibration sample, in the fitted tail", palette.text),
        ):
            sheet.append(f"  {mark:<{_KEY_WIDTH}}", colour)
            sheet.append(f"{meaning}\n", palette.text)
        for value, mark in glyphs.labels.items():
            sheet.append(f"  {mark:<{_KEY_WIDTH}}", palette.of_label(value))
            sheet.append(f"you said: {value}\n", palette.text)
        return sheet.append(f"\nAll times are UTC; it is {utc_now():%Y-%m-%d %H:%M} UTC now.", palette.quiet)

    def action_scroll(self, lines: int) -> None:
        """Up or down."""
        self.query_one("#help-sheet").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
