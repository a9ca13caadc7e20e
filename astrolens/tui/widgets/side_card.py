"""Beside the list: the picture of the row under the cursor and why it is odd."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from rich.text import Text
from textual.app import ComposeResult
from textual.message import Message

from astrolens.api.wire import CandidateRow, ImageDetail
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.album import Album
from astrolens.tui.facts import HIGHLIGHTS, Facts
from astrolens.tui.held import Held
from astrolens.tui.live import Live
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.widgets.plain_lines import PlainColumn
from astrolens.tui.work import begin

_FACT_ROWS = 18  # kept free for words below the picture
_AHEAD = 2  # rows about which everything is asked before the hand gets there
_AHEAD_AFTER_S = 0.05


class SideCard(PlainColumn):
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
        self._held = Held()
        self._settled_at_s = 0.0
        self._fetches = False
        self._ahead: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        """Picture above, words below."""
        yield Cutout(self._album, self._live, id="side-picture")
        yield TextBlock(id="side-facts")

    def on_resize(self) -> None:
        """The picture is as high as its width allows, and leaves room for the words."""
        width, height = self.content_size
        rows = max(4, min(width // 2, height - _FACT_ROWS))
        for cutout in self.query(Cutout):  # none when the screen was left while it was built
            cutout.styles.height = rows
            self.show(self._row)

    def show(self, row: CandidateRow | None) -> None:
        """Show another row; nothing is fetched while the column is hidden, or a held key passes."""
        if row is not None and (self._row is None or row["id"] != self._row["id"]):
            self._settled_at_s = monotonic() + self._held.settle_s()
        self._row = row
        if not self.size.area:
            return
        self._draw()
        self._want()

    def prefetch(self, image_ids: tuple[int, ...]) -> None:
        """Fetch the pictures that come next, and what is known of the very next ones."""
        if self.size.area:
            self._ahead = image_ids[:_AHEAD]
            self.query_one(Cutout).prefetch(image_ids)
            self._want()

    def _want(self) -> None:
        if not self._fetches and self._next(set()) is not None:
            self._fetches = True
            begin(self, self._fetch, group="detail")

    def _next(self, failed: set[int]) -> int | None:
        """Picture of which not everything is known, that of the row before those ahead."""
        wanted = self._ahead if self._row is None else (self._row["id"], *self._ahead)
        return next((one for one in wanted if one not in failed and self._album.detail(one) is None), None)

    async def _fetch(self) -> None:
        """Everything about the newest row at which the hand stopped, and then about the next ones."""
        failed: set[int] = set()  # the row itself stays on the screen, and the banner says what is wrong
        try:
            while (image_id := self._next(failed)) is not None:
                shown = self._row is not None and self._row["id"] == image_id
                wait_s = self._settled_at_s + (0.0 if shown else _AHEAD_AFTER_S) - monotonic()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                    continue
                try:
                    await self._album.fetch_detail(image_id)
                except AstroLensError:
                    failed.add(image_id)
                else:
                    self.post_message(self.DetailArrived(image_id=image_id))
        finally:
            self._fetches = False

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
