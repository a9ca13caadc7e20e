"""The newest findings as small pictures, where the window has room for them."""

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from astrolens.api.client import Client
from astrolens.api.wire import CandidateOrder, CandidateRow
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.album import Album
from astrolens.tui.live import Live
from astrolens.tui.messages import CardWanted
from astrolens.tui.query import CandidateQuery
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.work import begin

_FRAMES = 9


class Frame(Vertical):
    """One picture with its sigma; a click opens its card."""

    DEFAULT_CSS = """
    Frame { height: 1fr; padding: 0 1; display: none; }
    Frame.-filled { display: block; }
    Frame TextBlock { height: 1; }
    """

    def __init__(self, album: Album, live: Live) -> None:
        super().__init__()
        self._album = album
        self._live = live
        self._row: CandidateRow | None = None

    def compose(self) -> ComposeResult:
        """Picture and caption."""
        yield Cutout(self._album, self._live)
        yield TextBlock()

    def show(self, row: CandidateRow | None) -> None:
        """Fill or empty the frame."""
        self._row = row
        self.set_class(row is not None, "-filled")
        if row is None:
            return
        palette, glyphs = self._live.palette, self._live.glyphs
        caption = Text()
        caption.append(f"{words.sigma(row['sigma'])}{glyphs.sigma} ", f"bold {palette.anomaly}")
        caption.append(f"{clean(row['source'], 9)} {words.clock(row['found_at'])}", palette.quiet)
        self.query_one(Cutout).show(row["id"])
        self.query_one(TextBlock).show([caption])

    def on_click(self, _event: events.Click) -> None:
        """Open the card."""
        if self._row is not None:
            self.post_message(CardWanted(row=self._row))


class Filmstrip(Horizontal):
    """Asks for the newest anomalies whenever one is found."""

    DEFAULT_CSS = """
    Filmstrip { height: 11; margin-top: 1; }
    """

    @dataclass
    class Arrived(Message):
        """The newest anomalies."""

        rows: list[CandidateRow]

    def __init__(self, client: Client, album: Album, live: Live) -> None:
        super().__init__(id="filmstrip")
        self._client = client
        self._album = album
        self._live = live
        self._rows: list[CandidateRow] = []
        self._anomalies: int | None = None  # how many there were when it asked

    def compose(self) -> ComposeResult:
        """A fixed number of frames; what does not fit is not drawn."""
        for _ in range(_FRAMES):
            yield Frame(self._album, self._live)

    def on_mount(self) -> None:
        """Follow the findings."""
        self._live.changed.subscribe(self, lambda _none: self._follow())

    def on_resize(self) -> None:
        """Ask once there is room, and show whole frames only."""
        self._fill()
        self._follow()

    def _follow(self) -> None:
        stats = self._live.stats
        if stats is None or not self._live.attached or not self.size.height:
            return
        if self._anomalies != stats["anomalies"]:
            self._anomalies = stats["anomalies"]
            begin(self, self._fetch, group="film", exclusive=True)

    async def _fetch(self) -> None:
        try:
            query = CandidateQuery(order=CandidateOrder.FOUND)
            page = await self._client.ask(query.page(None, _FRAMES))
        except AstroLensError:
            self._anomalies = None  # the banner says what is wrong; the next state asks again
            return
        self.post_message(self.Arrived(rows=page["rows"]))

    def on_filmstrip_arrived(self, message: Arrived) -> None:
        """Fill the frames, newest on the left."""
        message.stop()
        self._rows = message.rows
        self._fill()

    def _fill(self) -> None:
        width = 2 * self.size.height  # a square picture, its caption and its edges
        room = self.size.width // max(1, width)
        for index, frame in enumerate(self.query(Frame)):
            frame.styles.width = width
            frame.show(self._rows[index] if index < min(room, len(self._rows)) else None)
