"""Second line: the views with their numbers and counts."""

from dataclasses import dataclass

from rich.text import Text
from textual import events

from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.messages import ViewWanted
from astrolens.tui.widgets.live_text import LiveText

_ALL = 99
# Blanks between, and letters of a quiet title; from the third on with the short one.
_FITS = ((3, _ALL), (2, _ALL), (2, 8), (1, 8), (1, 3), (1, 0))
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view."""

    view: str
    key: str
    title: str
    short: str = ""  # where it is narrow


def all_tabs() -> tuple[Tab, ...]:
    """The views in their order."""
    return (
        Tab(view="overview", key="1", title="Overview"),
        Tab(view="candidates", key="2", title="Candidates", short="Cand."),
        Tab(view="review", key="3", title="Review"),
        Tab(view="transients", key="4", title="Transients", short="Trans."),
        Tab(view="sky", key="5", title="Sky"),
        Tab(view="models", key="6", title="Models"),
        Tab(view="log", key="7", title="Log"),
        Tab(view="settings", key="8", title="Settings"),
    )


def title_of(view: str) -> str:
    """Name of a view as a person reads it."""
    return next((tab.title for tab in all_tabs() if tab.view == view), view)


class Tabs(LiveText):
    """Names of the views; a click opens one."""

    DEFAULT_CSS = """
    Tabs { height: 1; padding: 0 1; }
    """

    def __init__(self, live: Live, active: str) -> None:
        super().__init__(live)
        self._active = active
        self._ends: list[tuple[int, str]] = []

    def lines(self, width: int) -> list[Text]:
        """The active one is bright, the others are quiet; where it is narrow they are shorter."""
        text = Text()
        for gap, longest in _FITS:
            text = self._with_gaps(gap, longest)
            if text.cell_len - gap <= width:
                break
        text.rstrip()
        return [text]

    def _with_gaps(self, gap: int, longest: int) -> Text:
        palette = self.live.palette
        text = Text(no_wrap=True)
        self._ends = []
        for tab in all_tabs():
            active = tab.view == self._active
            style = f"bold {palette.strong} underline" if active else palette.quiet
            title = (tab.short or tab.title if longest <= _SHORT else tab.title)[:longest]
            if active and longest < _SHORT:
                title = tab.short or tab.title
            text.append(f"{tab.key} " if title else tab.key, palette.quiet)
            text.append(title, style)
            if (count := self._count(tab.view)) and title:
                text.append(f" {count}", palette.anomaly if active else palette.quiet)
            text.append(" " * gap)
            self._ends.append((text.cell_len, tab.view))
        return text

    def _count(self, view: str) -> str:
        if view != "candidates" or self.live.stats is None:
            return ""
        anomalies = self.live.stats["anomalies"]
        return words.number(anomalies) if anomalies else ""

    def on_click(self, event: events.Click) -> None:
        """Open the view under the pointer."""
        for end, view in self._ends:
            if event.x - 1 < end:
                self.post_message(ViewWanted(view=view))
                return
