"""What looks like a picture: its nearest neighbours, as pictures."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.message import Message
from textual.widgets import Static

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.wire import CandidateRow, SimilarRow
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.album import Album
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.keeps_keys import KeepsKeys
from astrolens.tui.widgets.banner import Banner
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.key_line import KeyLine
from astrolens.tui.widgets.tiny_line import TinyLine
from astrolens.tui.work import begin

_NEIGHBOURS = 8


class Neighbour(Vertical, can_focus=True):
    """One picture with its likeness."""

    DEFAULT_CSS = """
    Neighbour { padding: 0 1; }
    Neighbour Static { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Neighbour:focus { background: $panel; }
    """

    def __init__(self, album: Album, live: Live, row: SimilarRow) -> None:
        super().__init__()
        self._album = album
        self._live = live
        self.row = row

    def compose(self) -> ComposeResult:
        """Picture and caption."""
        palette, row = self._live.palette, self.row
        yield Cutout(self._album, self._live)
        caption = Text()
        caption.append(f"{row['similarity']:.3f} ", f"bold {palette.strong}")
        mark = self._live.glyphs.decisions.get(row["decision"], " ")
        caption.append(f"{mark} ", palette.of_decision(row["decision"]))
        if row["label"]:
            sign = self._live.glyphs.labels.get(row["label"], "?")
            caption.append(f"{sign} {clean(row['label'], 12)} ", palette.of_label(row["label"]))
        caption.append(f"{clean(row['source'], 16)} {clean(row['key'], 40)}", palette.quiet)
        yield Static(caption, markup=False)

    def on_mount(self) -> None:
        """Fetch the picture; there is none when the screen was left while it was built."""
        for cutout in self.query(Cutout):
            cutout.show(self.row["id"])

    def on_click(self, event: events.Click) -> None:
        """Two clicks open the card."""
        if event.chain >= 2:
            cast("SimilarScreen", self.screen).action_open()


class SimilarScreen(KeepsKeys):
    """A wall of neighbours, nearest first."""

    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "similar",
        [
            Binding("l,right,j,down", "app.focus_next", "next", tooltip="next picture"),
            Binding("h,left,k,up", "app.focus_previous", "previous", tooltip="previous picture"),
            Binding("enter", "open", "card", tooltip="everything about this picture"),
            Binding("escape,s", "close", "back", tooltip="back to the list"),
        ],
    )

    @dataclass
    class Arrived(Message):
        """Neighbours, or why there are none."""

        rows: list[SimilarRow]
        reason: str

    @dataclass
    class CardReady(Message):
        """A neighbour as a row of the list."""

        row: CandidateRow

    def __init__(self, client: Client, album: Album, live: Live, row: CandidateRow) -> None:
        super().__init__()
        self._client = client
        self._album = album
        self._live = live
        self._row = row

    def compose(self) -> ComposeResult:
        """Title, wall, keys."""
        yield TinyLine(self._live, self._in_short)
        yield Static(self._title(), id="card-title", markup=False)
        yield Banner(self._live)
        yield Static(self._live.glyphs.waits, id="similar-words", markup=False)
        yield Grid(id="wall")
        yield KeyLine(self._live)

    def _title(self) -> Text:
        about = f"{clean(self._row['source'], 24)} {clean(self._row['key'], 80)}"
        return Text("similar to ", self._live.palette.quiet).append(about, self._live.palette.strong)

    def _in_short(self, _width: int) -> list[Text]:
        return [self._title()]

    def on_mount(self) -> None:
        """Ask for the neighbours."""
        begin(self, self._fetch, group="similar")

    async def _fetch(self) -> None:
        try:
            rows = await self._client.ask(questions.similar(self._row["id"], limit=_NEIGHBOURS))
        except AstroLensError as error:
            self.post_message(self.Arrived(rows=[], reason=str(error)))
        else:
            self.post_message(self.Arrived(rows=rows, reason=""))

    async def on_similar_screen_arrived(self, message: Arrived) -> None:
        """Hang the pictures."""
        message.stop()
        words = self.query_one("#similar-words", Static)
        words.display = not message.rows
        words.update(Text(clean(message.reason, 300) or "Nothing similar is known yet."))
        if message.rows:
            neighbours = [Neighbour(self._album, self._live, row) for row in message.rows]
            await self.query_one("#wall", Grid).mount_all(neighbours)
            neighbours[0].focus()

    def action_open(self) -> None:
        """The card of the picture that is chosen."""
        if isinstance(self.focused, Neighbour):
            begin(self, partial(self._fetch_card, self.focused.row["id"]), group="card", exclusive=True)

    async def _fetch_card(self, image_id: int) -> None:
        try:
            self.post_message(self.CardReady(row=await self._album.fetch_detail(image_id)))
        except AstroLensError as error:
            self._live.say(str(error), urgent=True)

    def on_similar_screen_card_ready(self, message: CardReady) -> None:
        """Show it."""
        message.stop()
        self.app.push_screen(CardScreen(self._album, self._live, message.row, None))

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)
