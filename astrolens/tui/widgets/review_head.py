"""The line above the picture of a review: which queue, how far, who."""

from rich.text import Text

from astrolens.api.wire_review import QueueOrder, QueueReply
from astrolens.tui.live import Live
from astrolens.tui.review_words import head_parts
from astrolens.tui.widgets.live_text import LiveText, fitted


class ReviewHead(LiveText):
    """One quiet line."""

    DEFAULT_CSS = """
    ReviewHead { height: 1; padding: 0 1; }
    """

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._reply: QueueReply | None = None
        self._order = QueueOrder.MIXED

    def tell(self, reply: QueueReply | None, order: QueueOrder) -> None:
        """What the daemon said about the queue."""
        self._reply, self._order = reply, order
        self.redraw()

    def lines(self, width: int) -> list[Text]:
        """Parts that do not fit go, the least important first."""
        return [fitted(head_parts(self.live, self._reply, self._order), width)]
