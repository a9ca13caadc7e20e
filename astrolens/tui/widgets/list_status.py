"""Below the list: where the cursor is, what is newer, what is hidden."""

from rich.text import Text

from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.pages import CandidatePages
from astrolens.tui.widgets.live_text import LiveText, fitted


class ListStatus(LiveText):
    """One quiet line."""

    DEFAULT_CSS = """
    ListStatus { height: 1; padding: 0 1; }
    """

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._pages: CandidatePages | None = None
        self._cursor = 0

    def tell(self, pages: CandidatePages, cursor: int) -> None:
        """Take the state of the list."""
        self._pages, self._cursor = pages, cursor
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        """What is newer on the left, where we are on the right."""
        palette, pages = self.live.palette, self._pages
        if pages is None:
            return []
        left = self._left(pages)
        parts = [
            (0, Text(self._place(pages), palette.text)),
            (2, Text(pages.query.order_words(), palette.quiet)),
        ]
        if pages.query.words():
            parts.append((1, Text(pages.query.words(), palette.unsure)))
        if pages.near_misses:
            said = words.counted(pages.near_misses, "near miss", "near misses")
            shown = "(m hides)" if pages.query.near_misses else "hidden (m)"
            parts.append((3, Text(f"{said} {shown}", palette.quiet)))
        if not left and (saved := self.live.marks.saved_count):
            parts.insert(0, (4, Text(f"{words.counted(saved, 'label')} saved", palette.quiet)))
        right = fitted(parts, max(1, width - left.cell_len - 2))
        return [left + Text(" " * max(1, width - left.cell_len - right.cell_len)) + right]

    def _left(self, pages: CandidatePages) -> Text:
        palette = self.live.palette
        if pages.total and pages.row(self._cursor) is None:
            return Text("reading", palette.unsure)
        if newer := len(self.live.newer):
            return Text(f"+{words.number(newer)} newer, g to see them", palette.anomaly)
        if pending := self.live.marks.pending:
            return Text(f"{words.counted(pending, 'label')} on the way", palette.unsure)
        return Text("")

    def _place(self, pages: CandidatePages) -> str:
        if not pages.total:
            return "none"
        more = "" if pages.exact else "+"
        return f"{words.number(self._cursor + 1)} of {words.number(pages.total)}{more}"
