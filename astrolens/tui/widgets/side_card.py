"""Beside the list: the picture of the row under the cursor and why it is odd."""

from dataclasses import dataclass
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from astrolens.api.wire import CandidateRow, ImageDetail
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.album import Album
from astrolens.tui.facts import HIGHLIGHTS, Facts
from astrolens.tui.live import Live
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.work import begin

_FACT_ROWS = 18  # kept free for words below the picture


class SideCard(Vertical):
    """Picture, verdict, place, detectors, catalogues, shape."""

    DEFAULT_CSS = """
    SideCard { padding: 1 2 0 1; }
    SideCard #side-picture { height: 18; margin-bottom: 1; }
    """

    @dataclass
    class DetailArrived(Message):
        """A worker fetched everything about a picture."""

        image_id: int

    def __init__(self, album: Album, live: Live) -> None:
        super().__init__(id="side")
        self._album = album
        self._live = live
        self._row: CandidateRow | None = None

    def compose(self) -> ComposeResult:
        """Picture above, words below."""
        yield Cutout(self._album, self._live, id="side-picture")
        yield TextBlock(id="side-facts")

    def on_resize(self) -> None:
        """The picture is as high as its width allows, and leaves room for the words."""
        width, height = self.content_size
        rows = max(4, min(width // 2, height - _FACT_ROWS))
        self.query_one(Cutout).styles.height = rows
        self.show(self._row)

    def show(self, row: CandidateRow | None) -> None:
        """Show another row; nothing is fetched while the column is hidden."""
        self._row = row
        if not self.size.area:
            return
        self._draw()
        if row is None:
            return
        if self._album.detail(row["id"]) is None:
            begin(self, partial(self._fetch, row["id"]), group="detail", exclusive=True)

    def prefetch(self, image_ids: tuple[int, ...]) -> None:
        """Fetch the pictures that come next."""
        if self.size.area:
            self.query_one(Cutout).prefetch(image_ids)

    async def _fetch(self, image_id: int) -> None:
        try:
            await self._album.fetch_detail(image_id)
        except AstroLensError:
            return  # the row itself stays on the screen, and the banner says what is wrong
        self.post_message(self.DetailArrived(image_id=image_id))

    def on_side_card_detail_arrived(self, message: DetailArrived) -> None:
        """Show it, unless the cursor moved on."""
        message.stop()
        if self._row is not None and self._row["id"] == message.image_id:
            self._draw()

    def _draw(self) -> None:
        row = self._row
        self.query_one(Cutout).show(None if row is None else row["id"])
        lines = [] if row is None else self._lines(row, self._album.detail(row["id"]))
        self.query_one(TextBlock).show(lines)

    def _lines(self, row: CandidateRow, detail: ImageDetail | None) -> list[Text]:
        facts = Facts(self._live.palette, self._live.glyphs, self.content_size.width)
        lines = [facts.verdict(row), facts.heading(f"{clean(row['source'], 20)} {clean(row['key'], 80)}")]
        if detail is not None:
            lines += facts.where(detail)
            lines += [Text(""), *facts.scores(detail, most=6)]
        lines += [Text(""), facts.catalogue(row)]
        if row["near_duplicate_of"] is not None:
            lines.append(facts.heading(f"looks the same as {row['near_duplicate_of']}"))
        if detail is not None:
            lines += [Text(""), *facts.shape(detail, HIGHLIGHTS)]
        return lines
