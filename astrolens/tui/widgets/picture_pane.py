"""A picture with its scale bar, its coordinates and the words that say how it is drawn."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from astrolens.tui.album import Album
from astrolens.tui.live import Live
from astrolens.tui.widgets.live_text import stacked
from astrolens.tui.widgets.picture_view import PictureView
from astrolens.tui.widgets.picture_words import look_words, place_words
from astrolens.tui.widgets.plain_lines import PlainGround


class PictureWords(Widget):
    """Two lines below a picture; where there is room for one, the lower, or the upper while the pointer is on it."""

    DEFAULT_CSS = """
    PictureWords { height: 2; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    .-short PictureWords, .-flat PictureWords { height: 1; }
    """

    def __init__(self, album: Album, live: Live, view: PictureView) -> None:
        super().__init__(markup=False)
        self._album = album
        self._live = live
        self._view = view
        self._drawn = Text()
        self.source = ""

    def redraw(self) -> None:
        """Draw again if anything changed."""
        if self._composed() != self._drawn:
            self.refresh()

    def render(self) -> Text:
        """Textual's hook."""
        self._drawn = self._composed()
        return self._drawn

    def _composed(self) -> Text:
        scene, width = self._view.scene, self.content_size.width
        if scene is None:
            return Text("")
        palette, glyphs, indent = self._live.palette, self._live.glyphs, self._view.left_edge()
        look = look_words(
            scene, self._album.view, palette, width, source=self.source, heated=self._view.heated
        )
        indent = min(indent, max(0, width - look.cell_len))
        place = place_words(scene, self._view.pointed(), palette, width - indent, line=glyphs.line)
        lines = [Text(" " * indent).append_text(line) for line in (place, look)]
        if self.content_size.height == 1 and self._view.pointed() is not None:
            return stacked(lines[:1])
        return stacked(lines[-self.content_size.height :])


class PicturePane(PlainGround, Vertical):
    """Everything that a screen needs to show one picture; `PictureKeys` has the keys for it."""

    DEFAULT_CSS = """
    PicturePane { height: 1fr; width: 1fr; }
    """

    def __init__(self, album: Album, live: Live, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.picture = PictureView(album, live)
        self._words = PictureWords(album, live, self.picture)

    def compose(self) -> ComposeResult:
        """Picture above, words below."""
        yield self.picture
        yield self._words

    def show(self, image_id: int | None, source: str = "") -> None:
        """Show a picture; ``source`` stands beside its scale."""
        self._words.source = source
        self.picture.show(image_id)
        self._words.redraw()  # with the picture, not after it

    def prefetch(self, image_ids: tuple[int, ...]) -> None:
        """Fetch and draw what is likely to come next."""
        self.picture.prefetch(image_ids)

    def on_picture_view_looked(self, message: PictureView.Looked) -> None:
        """Say what is on the screen now."""
        message.stop()
        self._words.redraw()
