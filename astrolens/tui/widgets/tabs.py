"""Second line: the views with their numbers and counts."""

from dataclasses import dataclass

from rich.text import Text
from textual import events

from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.messages import ViewWanted
from astrolens.tui.widgets.live_text import LiveText


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view."""

    view: str
    key: str
    title: str


def all_tabs() -> tuple[Tab, ...]:
    """The views in their order."""
    return (
        Tab(view="overview", key="1", title="Overview"),
        Tab(view="candidates", key="2", title="Candidates"),
    )


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
        """The active one is bright, the others are quiet."""
        palette = self.live.palette
        text = Text(no_wrap=True)
        self._ends = []
        for tab in all_tabs():
            active = tab.view == self._active
            style = f"bold {palette.strong} underline" if active else palette.quiet
            text.append(f"{tab.key} ", palette.quiet)
            text.append(tab.title, style)
            if count := self._count(tab.view):
                text.append(f" {count}", palette.anomaly if active else palette.quiet)
            text.append("   ")
            self._ends.append((text.cell_len, tab.view))
        return [text]

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
