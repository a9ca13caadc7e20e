"""Below the picture: what looks like it, small, with marks to judge several at once."""

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from astrolens.api.wire import CandidateRow, SimilarRow
from astrolens.domain.text import clean
from astrolens.tui.album import Album
from astrolens.tui.live import Live
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.live_text import TextBlock

FRAMES = 10
_FRAME_WIDTH = 15
_PICTURE_ROWS = 3  # fewer are no picture


class StripFrame(Vertical):
    """One neighbour: a picture where there is room, and one line."""

    DEFAULT_CSS = """
    StripFrame { width: 15; height: 1fr; padding: 0 1 0 0; display: none; }
    StripFrame.-filled { display: block; }
    StripFrame TextBlock { height: 1; }
    """

    def __init__(self, album: Album, live: Live, index: int) -> None:
        super().__init__()
        self._album = album
        self._live = live
        self._index = index

    def compose(self) -> ComposeResult:
        """Picture and caption."""
        yield Cutout(self._album, self._live)
        yield TextBlock()

    def show(self, row: SimilarRow | None, *, cursor: bool, marked: bool, picture: bool) -> None:
        """Fill or empty the frame; a frame that was empty has no size of its own yet."""
        self.set_class(row is not None, "-filled")
        if row is None:
            return
        palette, glyphs = self._live.palette, self._live.glyphs
        label = row["label"]
        sign = glyphs.labels.get(label, "?") if label else glyphs.decisions.get(row["decision"], " ")
        colour = palette.of_label(label) if label else palette.of_decision(row["decision"])
        caption = Text()
        caption.append(glyphs.cursor if cursor else " ", f"bold {palette.strong}")
        caption.append("*" if marked else " ", f"bold {palette.anomaly}")
        caption.append(f"{sign} ", colour)
        caption.append(f"{row['similarity']:.2f} ", palette.text)
        caption.append(clean(row["source"], 8), palette.quiet)
        if cursor:
            caption.stylize(f"on {palette.cursor}")
        self.query_one(TextBlock).show([caption])
        cutout = self.query_one(Cutout)
        cutout.display = picture
        cutout.show(row["id"] if picture else None)

    def on_click(self, _event: events.Click) -> None:
        """Mark it, or not."""
        self.post_message(ReviewStrip.Clicked(index=self._index))


class ReviewStrip(Horizontal):
    """Neighbours, a cursor among them, and those that are marked."""

    DEFAULT_CSS = """
    ReviewStrip { height: 7; }
    ReviewStrip #strip-words { width: 10; height: 1fr; }
    """

    @dataclass
    class Clicked(Message):
        """A frame was clicked."""

        index: int

    def __init__(self, album: Album, live: Live) -> None:
        super().__init__(id="strip")
        self._album = album
        self._live = live
        self._rows: list[SimilarRow] = []
        self._marked: set[int] = set()
        self._cursor: int | None = None
        self._anchor: int | None = None

    def compose(self) -> ComposeResult:
        """A heading and a fixed number of frames; what does not fit is not drawn."""
        yield TextBlock(id="strip-words")
        for index in range(FRAMES):
            yield StripFrame(self._album, self._live, index)

    @property
    def marked(self) -> tuple[SimilarRow, ...]:
        """What a label key judges besides the picture."""
        return tuple(row for row in self._rows if row["id"] in self._marked)

    def room(self) -> int:
        """How many neighbours fit."""
        return max(0, min(FRAMES, (self.size.width - 10) // _FRAME_WIDTH))

    def show(self, rows: list[SimilarRow] | None) -> None:
        """Other neighbours; marks go with the old ones."""
        if rows is None or [row["id"] for row in rows] != [row["id"] for row in self._rows]:
            self._marked, self._cursor, self._anchor = set(), None, None
        self._rows = rows or []
        self._draw(known=rows is not None)

    def on_resize(self) -> None:
        """Whole frames only."""
        self.call_after_refresh(self._draw)

    def _draw(self, *, known: bool = True) -> None:
        palette = self._live.palette
        shown = self._rows[: self.room()]
        heading = Text("similar", palette.quiet)
        if not known:
            heading.append(f" {self._live.glyphs.waits}", palette.quiet)
        elif not self._rows:
            heading.append(" none", palette.quiet)
        lines = [heading]
        if self._marked:
            lines.append(Text(f"{len(self._marked)} marked", f"bold {palette.anomaly}"))
        self.query_one("#strip-words", TextBlock).show(lines[::-1] if self.size.height == 1 else lines)
        for index, frame in enumerate(self.query(StripFrame)):
            row = shown[index] if index < len(shown) else None
            marked = row is not None and row["id"] in self._marked
            picture = self.size.height > _PICTURE_ROWS
            frame.show(row, cursor=index == self._cursor, marked=marked, picture=picture)

    def move(self, step: int) -> bool:
        """The cursor to a neighbour; False when there is none."""
        count = min(self.room(), len(self._rows))
        if not count:
            return False
        self._cursor = 0 if self._cursor is None else max(0, min(self._cursor + step, count - 1))
        self._draw()
        return True

    def toggle(self) -> bool:
        """Mark the neighbour under the cursor and go on; False when there is none."""
        if self._cursor is None and not self.move(0):
            return False
        at = self._cursor or 0
        self._marked ^= {self._rows[at]["id"]}
        self._anchor = at
        return self.move(1)

    def toggle_range(self) -> bool:
        """Mark everything from the last mark to the cursor; False when there is none."""
        if self._cursor is None and not self.move(0):
            return False
        at, start = self._cursor or 0, self._anchor or 0
        first, last = min(start, at), max(start, at)
        self._marked |= {row["id"] for row in self._rows[first : last + 1]}
        self._anchor = at
        self._draw()
        return True

    def on_review_strip_clicked(self, message: Clicked) -> None:
        """Mark what was clicked."""
        message.stop()
        self._cursor = message.index
        self.toggle()


def row_of(neighbour: SimilarRow) -> CandidateRow:
    """A neighbour as a row, as far as it is known."""
    return CandidateRow(
        id=neighbour["id"],
        source=neighbour["source"],
        key=neighbour["key"],
        found_at="",
        decision=neighbour["decision"],
        sigma=None,
        p_value=None,
        extrapolated=False,
        why=[],
        catalogue="not_asked",
        catalogue_words="",
        label=neighbour["label"],
        reviewer=None,
        interest=None,
        ra_deg=None,
        dec_deg=None,
        near_duplicate_of=None,
    )
