"""Every key, made from the bindings themselves; what is typed narrows the sheet."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from astrolens.domain.clock import utc_now
from astrolens.tui.keymap import KeyGroup, keyed
from astrolens.tui.live import Live
from astrolens.tui.widgets.key_line import key_names

_KEY_WIDTH = 16
_NARROW_KEY_WIDTH = 1
_SAID_WIDTH = 48
_SHEET_WIDTH = 76  # at most
_STAMP_WIDTH = 36  # below it the edges are narrow
_BESIDE, _BESIDE_STAMP = 7, 3  # columns of its edges and the scroll bar


class HelpScreen(ModalScreen[None]):
    """A sheet over the screen; words that are typed narrow it, Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "help",
        [
            Binding("escape,f1,enter", "close", "close", tooltip="close", show=False),
            Binding("down", "scroll(1)", "down", tooltip="down", show=False),
            Binding("up", "scroll(-1)", "up", tooltip="up", show=False),
            Binding("pagedown", "scroll(10)", "a page down", tooltip="a page down", show=False),
            Binding("pageup", "scroll(-10)", "a page up", tooltip="a page up", show=False),
        ],
    )

    def __init__(self, live: Live, groups: Sequence[KeyGroup], keys: Mapping[str, str], first: str) -> None:
        super().__init__()
        self._live = live
        self._keys = keys
        # The view that help was asked in comes first.
        self._groups = sorted(groups, key=lambda group: (group.view or "-") != first)

    def compose(self) -> ComposeResult:
        """A line to type in, and groups of keys."""
        with Vertical(id="help-sheet"):
            yield Input(placeholder="Esc closes   type to find a key", compact=True, id="help-find")
            yield VerticalScroll(Static(markup=False), id="help-keys", can_focus=False)

    def on_resize(self) -> None:
        """Write for the new width."""
        self._write()

    def _write(self) -> None:
        for find in self.query("#help-find").results(
            Input
        ):  # none when the screen was left while it was built
            self.query_one("#help-keys Static", Static).update(self._sheet(find.value))

    def _widths(self) -> tuple[int, int]:
        """Columns for keys, and for what they do."""
        wide = min(_SHEET_WIDTH, self.app.size.width)
        inside = wide - (_BESIDE if wide >= _STAMP_WIDTH else _BESIDE_STAMP)
        keys = _KEY_WIDTH if inside >= 2 * _KEY_WIDTH else _NARROW_KEY_WIDTH
        return keys, max(8, min(_SAID_WIDTH, inside - keys - 3))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the sheet."""
        event.stop()
        if event.value in ("?", "q"):  # the keys that one closes such a sheet with
            self.action_close()
            return
        self._write()
        self.query_one("#help-keys").scroll_home(animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back."""
        event.stop()
        self.action_close()

    def _sheet(self, wanted: str) -> Text:
        palette = self._live.palette
        sheet = Text()
        for group in self._groups:
            lines = [line for binding in group.bindings if (line := self._line(group, binding, wanted))]
            if lines:
                sheet.append(f"{group.title}\n", f"bold {palette.normal}")
                for line in lines:
                    sheet.append_text(line)
                sheet.append("\n")
        if not wanted.strip():
            self._add_marks(sheet)
        elif not sheet:
            sheet.append("No key for this.", palette.text)
        return sheet

    def _line(self, group: KeyGroup, binding: Binding, wanted: str) -> Text | None:
        if not binding.description and not binding.tooltip:
            return None
        said = binding.tooltip or binding.description
        keys = key_names(binding, self._keys)
        text = f"{group.title} {keys} {said} {binding.description}".lower()
        if not all(word in text for word in wanted.lower().split()):
            return None
        wide, room = self._widths()
        line = Text().append(f"  {keys:<{wide}} ", f"bold {self._live.palette.strong}")
        hanging = f"\n{' ' * (wide + 3)}".join(wrap(said, room))
        return line.append(f"{hanging}\n", self._live.palette.text)

    def _add_marks(self, sheet: Text) -> None:
        palette, glyphs, (wide, _room) = self._live.palette, self._live.glyphs, self._widths()
        sheet.append("Marks\n", f"bold {palette.normal}")
        for mark, meaning, colour in (
            (glyphs.anomaly, "anomaly: inside the false-alarm budget", palette.anomaly),
            (glyphs.near_miss, "near miss: just outside it", palette.text),
            (glyphs.calibrating, "calibrating: the source has not shown enough normals yet", palette.unsure),
            ("*", "this p lies beyond the calibration sample, in the fitted tail", palette.text),
        ):
            sheet.append(f"  {mark:<{wide}} ", colour)
            sheet.append(f"{meaning}\n", palette.text)
        for value, mark in glyphs.labels.items():
            sheet.append(f"  {mark:<{wide}} ", palette.of_label(value))
            sheet.append(f"you said: {value}\n", palette.text)
        sheet.append(f"\nAll times are UTC; it is {utc_now():%Y-%m-%d %H:%M} UTC now.", palette.quiet)

    def action_scroll(self, lines: int) -> None:
        """Up or down."""
        self.query_one("#help-keys").scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
