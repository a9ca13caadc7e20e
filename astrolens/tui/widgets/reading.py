"""Lines to read in a box that scrolls; its keys belong to the view."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from astrolens.tui.live import Live
from astrolens.tui.widgets.live_text import LiveText


class _Lines(LiveText):
    DEFAULT_CSS = """
    _Lines { height: auto; width: 1fr; }
    """

    def __init__(self, live: Live, compose_lines: Callable[[int], list[Text]]) -> None:
        super().__init__(live)
        self._compose_lines = compose_lines

    def lines(self, width: int) -> list[Text]:
        """What the view composes."""
        return self._compose_lines(width)


class Reading(VerticalScroll, can_focus=False):
    """Whole lines, composed anew for each width."""

    DEFAULT_CSS = """
    Reading { height: 1fr; width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(
        self,
        live: Live,
        compose_lines: Callable[[int], list[Text]],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._live = live
        self._compose_lines = compose_lines

    def compose(self) -> ComposeResult:
        """One block."""
        yield _Lines(self._live, self._compose_lines)

    def redraw(self) -> None:
        """Compose again."""
        for block in self.query(_Lines):
            block.redraw()
