"""One small picture with its title and caption, drawn from pixels that are already here."""

import asyncio
from dataclasses import dataclass
from functools import partial

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from astrolens.domain.text import clean
from astrolens.tui.live import Live
from astrolens.tui.picture import Drawn, Pixels, draw
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.work import begin


def middle(pixels: Pixels, zoom: int) -> Pixels:
    """The middle of a picture, ``zoom`` times smaller in each direction; never less than 4 pixels."""
    high, wide = pixels.shape[0], pixels.shape[1]
    rows, columns = max(4, high // zoom), max(4, wide // zoom)
    top, left = max(0, (high - rows) // 2), max(0, (wide - columns) // 2)
    return pixels[top : top + rows, left : left + columns]


class Plate(Widget):
    """Pixels in cells."""

    DEFAULT_CSS = """
    Plate { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Ready(Message):
        """A worker drew the pixels."""

        drawn: Drawn
        pixels: Pixels

    def __init__(self, live: Live) -> None:
        super().__init__(markup=False)
        self._live = live
        self._pixels: Pixels | None = None
        self._drawn: Drawn | None = None

    def show(self, pixels: Pixels | None) -> None:
        """Draw these."""
        self._pixels = pixels
        if pixels is None:
            self._drawn = None
            self.refresh()
        elif self.size.area:
            begin(
                self,
                partial(self._draw, pixels, self.size.width, self.size.height),
                group="plate",
                exclusive=True,
            )

    def on_resize(self) -> None:
        """Draw at the new size."""
        self.show(self._pixels)

    async def _draw(self, pixels: Pixels, columns: int, rows: int) -> None:
        half_cells = self._live.glyphs.half_cells
        drawn = await asyncio.to_thread(draw, pixels, columns, rows, half_cells=half_cells)
        self.post_message(self.Ready(drawn=drawn, pixels=pixels))

    def on_plate_ready(self, message: Ready) -> None:
        """Show what was drawn, unless another picture came since."""
        message.stop()
        if message.pixels is self._pixels:
            self._drawn = message.drawn
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the picture."""
        width, height = self.size
        blank = self.rich_style
        if self._drawn is None:
            said = "no picture" if y == height // 2 else ""
            style = blank + Style(color=self._live.palette.quiet)
            return Strip([Segment(said.center(width)[:width], style)], width)
        top, left = (height - self._drawn.rows) // 2, (width - self._drawn.columns) // 2
        if not top <= y < top + self._drawn.rows or left < 0:
            return Strip.blank(width, blank)
        before, after = Segment(" " * left, blank), Segment(" " * (width - left - self._drawn.columns), blank)
        strip = Strip([before, *self._drawn.strips[y - top], after], width)
        return strip if self._live.glyphs.half_cells else strip.apply_style(blank)


class Stamp(Vertical):
    """Title above, caption below."""

    DEFAULT_CSS = """
    Stamp { height: 1fr; width: 1fr; padding: 0 1; }
    Stamp TextBlock { height: 1; }
    """

    def __init__(self, live: Live, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._live = live

    def compose(self) -> ComposeResult:
        """Three parts."""
        yield TextBlock(id="stamp-title")
        yield Plate(self._live)
        yield TextBlock(id="stamp-caption")

    def show(self, title: str, pixels: Pixels | None, caption: str) -> None:
        """Another picture."""
        palette = self._live.palette
        self.query_one("#stamp-title", TextBlock).show([Text(title, f"bold {palette.text}")])
        self.query_one("#stamp-caption", TextBlock).show([Text(clean(caption, 60), palette.quiet)])
        self.query_one(Plate).show(pixels)
