"""One line above a view's own part."""

from collections.abc import Callable

from rich.text import Text

from astrolens.tui.live import Live
from astrolens.tui.widgets.live_text import LiveText


class HeadLine(LiveText):
    """As many lines as the view composes."""

    DEFAULT_CSS = """
    HeadLine { height: auto; padding: 0 1; }
    """

    def __init__(
        self,
        live: Live,
        compose_lines: Callable[[int], list[Text]],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(live, id=id)
        self._compose_lines = compose_lines

    def lines(self, width: int) -> list[Text]:
        """What the view composes."""
        return self._compose_lines(width)
