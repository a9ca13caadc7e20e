"""One question: which page about a place to open."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.sites import Site


class SiteAsker(ModalScreen[Site | None]):
    """A line above the keys; a letter answers, Esc leaves."""

    DEFAULT_CSS = """
    SiteAsker { align: center bottom; background: transparent; }
    SiteAsker Static { height: auto; width: 100%; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "site",
        [
            Binding("a", "answer('a')", "Aladin Lite", show=False),
            Binding("s", "answer('s')", "SIMBAD", show=False),
            Binding("l", "answer('l')", "Legacy viewer", show=False),
            Binding("escape", "leave_question", "leave", show=False),
        ],
    )

    def __init__(self, live: Live, sites: tuple[Site, ...]) -> None:
        super().__init__()
        self._live = live
        self._sites = sites

    def compose(self) -> ComposeResult:
        """The question."""
        palette = self._live.palette
        question = Text("open  ", palette.strong)
        for site in self._sites:
            question.append(site.key, f"bold {palette.anomaly}").append(f" {site.name}   ", palette.text)
        yield Static(question.append("Esc leaves", palette.quiet), markup=False)

    def action_answer(self, key: str) -> None:
        """A letter was pressed."""
        self.dismiss(next(site for site in self._sites if site.key == key))

    def action_leave_question(self) -> None:
        """No answer."""
        self.dismiss(None)
