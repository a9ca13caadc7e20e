"""The picture of a candidate in half cells."""

import asyncio
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from textwrap import wrap
from time import monotonic

from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.album import Album
from astrolens.tui.held import Held
from astrolens.tui.live import Live
from astrolens.tui.newest import Newest
from astrolens.tui.picture import Drawn
from astrolens.tui.widgets.plain_lines import PlainLines
from astrolens.tui.work import begin

_MOST_FETCHERS = 2
_KEPT_PICTURES = 12

_Wanted = tuple[int, int, int, Hashable]  # picture, columns, rows, how


class Cutout(PlainLines):
    """Shows one thumbnail in the middle of its box, with square pixels."""

    DEFAULT_CSS = """
    Cutout { height: 1fr; width: 1fr; }
    """

    AHEAD_AFTER_S = 0.1  # a quick hand in a list does not want what it passes

    @dataclass
    class Ready(Message):
        """A worker drew the picture, or says why there is none."""

        cutout: "Cutout"
        image_id: int
        drawn: Drawn | None
        reason: str
        asked: _Wanted

    def __init__(self, album: Album, live: Live, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._album = album
        self._live = live
        self._image_id: int | None = None
        self._drawn: Drawn | None = None
        self._reason = ""
        self._blank = Style()
        self._held = Held()
        self._settle_s = 0.0
        self._painted: tuple[Drawn | None, str, bool] | None = None  # what is on the screen
        self._wanted: _Wanted | None = None
        self._wanted_at_s = 0.0
        self._under_way: set[_Wanted] = set()
        self._fetchers = 0
        self._ahead: tuple[int, ...] = ()  # wanted next and not asked for yet
        self._looks_ahead = False
        self._ahead_since_s = 0.0
        # As they are on the screen, for the newest pictures: the same strips are drawn for nothing.
        self._lines_of: Newest[Drawn, dict[int, Strip]] = Newest(_KEPT_PICTURES)
        self._lines: dict[int, Strip] = {}

    @property
    def drawn(self) -> Drawn | None:
        """What is on the screen now; None while it is fetched."""
        return self._drawn

    def show(self, image_id: int | None) -> None:
        """Draw this picture, at once when it is known, else as soon as it comes."""
        if image_id != self._image_id:
            self._image_id, self._drawn = image_id, None
            self._reason = "" if image_id is None else self.refused(image_id)
            self._settle_s = self._held.settle_s()
        self._draw()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._drawn = None
        self._forget_lines()
        self._draw()

    # ------------------------------------------ what a kind of cutout decides

    def wish(self) -> Hashable:
        """How the picture is wanted; an answer to another wish comes too late."""
        return None

    def known(self, image_id: int) -> Drawn | None:
        """The picture as it is wanted, if it is there."""
        return self._album.drawn(image_id, *self.content_size)

    def refused(self, image_id: int) -> str:
        """Why there is no picture, if that is known."""
        return clean(self._album.without_picture(image_id), 300)

    async def made(self, image_id: int, columns: int, rows: int) -> Drawn:
        """The picture as it is wanted; BadData or Unavailable as the daemon answers."""
        return await self._album.fetch_drawn(image_id, columns, rows)

    def shown(self) -> None:
        """Something else is on the screen now."""

    # ----------------------------------------------------------------- drawing

    def _draw(self, *, at_once: bool = False) -> None:
        image_id, size = self._image_id, self.content_size
        if image_id is not None and size.area:
            known = self.known(image_id)
            self._drawn = known or self._drawn
            self._wanted = None
            if known is None and not self.refused(image_id):
                self._want(
                    (image_id, size.width, size.height, self.wish()), 0.0 if at_once else self._settle_s
                )
        self._repaint()

    def _want(self, wanted: _Wanted, settle_s: float) -> None:
        if wanted in self._under_way:
            return
        self._wanted, self._wanted_at_s = wanted, monotonic() + settle_s
        if self._fetchers < _MOST_FETCHERS:
            self._fetchers += 1
            begin(self, self._fetch_wanted, group="picture")

    def _repaint(self) -> None:
        self._lines = (self._lines_of.get(self._drawn) if self._drawn is not None else None) or {}
        if self._drawn is not None:
            self._lines_of.put(self._drawn, self._lines)
        self.shown()
        painted = self._drawn, self._reason, self._image_id is None
        if painted != self._painted:
            self._painted = painted
            self.refresh()

    def _forget_lines(self) -> None:
        self._painted = None
        self._lines_of = Newest(_KEPT_PICTURES)
        self._lines = {}

    def prefetch(self, image_ids: tuple[int, ...]) -> None:
        """Fetch and draw what comes next, so that it is there at once."""
        self._ahead, self._ahead_since_s = image_ids, monotonic()
        if self.content_size.area and not self._looks_ahead:
            self._looks_ahead = True
            begin(self, self._fetch_ahead, group="ahead")

    async def _fetch_ahead(self) -> None:
        """One picture after the other; a wish that comes meanwhile does not undo what is half done."""
        try:
            while self._ahead:
                if (early := self._ahead_since_s + self.AHEAD_AFTER_S - monotonic()) > 0:
                    await asyncio.sleep(early)
                    continue
                if not self.content_size.area:  # hidden meanwhile, or the window became small
                    return
                image_id, *rest = self._ahead
                self._ahead = tuple(rest)
                with suppress(AstroLensError):
                    await self.made(image_id, *self.content_size)
        finally:
            self._looks_ahead = False

    async def _fetch_wanted(self) -> None:
        """The newest wish, until there is none. What is half done is finished and kept: a hand may come back."""
        try:
            while (wanted := self._wanted) is not None:
                if (early := self._wanted_at_s - monotonic()) > 0:
                    await asyncio.sleep(early)
                    continue
                self._wanted = None
                self._under_way.add(wanted)
                try:
                    await self._fetch(wanted)
                finally:
                    self._under_way.discard(wanted)
        finally:
            self._fetchers -= 1

    async def _fetch(self, wanted: _Wanted) -> None:
        image_id, columns, rows, _ = wanted
        drawn, reason = None, ""
        try:
            drawn = await self.made(image_id, columns, rows)
        except AstroLensError as error:
            reason = str(error)
        self.post_message(
            self.Ready(cutout=self, image_id=image_id, drawn=drawn, reason=reason, asked=wanted)
        )

    def on_cutout_ready(self, message: Ready) -> None:
        """Show what the worker drew, unless the cursor moved on or the window has another size by now."""
        message.stop()
        if message.asked == (self._image_id, *self.content_size, self.wish()):
            self._drawn, self._reason = message.drawn, clean(message.reason, 300)
            self._repaint()

    def notify_style_update(self) -> None:
        """Another theme: what was composed for the old one is drawn again."""
        self._forget_lines()
        super().notify_style_update()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Every filter but the one for colours that are not true: a picture has none, and thousands of styles."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look the background up once for all lines."""
        blank = self.rich_style
        if blank != self._blank:
            self._blank = blank
            self._forget_lines()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the picture, or of the words in its place."""
        strip = self._lines.get(y)
        if strip is None:
            strip = self._lines[y] = self._compose_line(y)
        return strip

    def _compose_line(self, y: int) -> Strip:
        width, height = self.content_size
        if self._drawn is None:
            return self._words(y, width, height).apply_style(self._blank)
        top = (height - self._drawn.rows) // 2
        left = (width - self._drawn.columns) // 2
        if not top <= y < top + self._drawn.rows or left < 0:
            return Strip.blank(width, self._blank)
        before = Segment(" " * left, self._blank)
        after = Segment(" " * (width - left - self._drawn.columns), self._blank)
        strip = Strip([before, *self._drawn.strips[y - top], after], width)
        return strip if self._live.glyphs.half_cells else strip.apply_style(self._blank)

    def _words(self, y: int, width: int, height: int) -> Strip:
        lines = wrap(self._reason, max(1, width)) or [self._live.glyphs.waits]
        line = y - max(0, (height - len(lines) + 1) // 2)
        if not 0 <= line < len(lines) or self._image_id is None:
            return Strip.blank(width)
        text = lines[line].center(width)
        return Strip([Segment(text, Style(color=self._live.palette.quiet))], width)
