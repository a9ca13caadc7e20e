"""A block of text that is drawn again whenever the daemon's state changes."""

from abc import abstractmethod

from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from astrolens.tui.live import Live
from astrolens.tui.widgets.plain_lines import PlainLines, WordLines


def stacked(lines: list[Text]) -> Text:
    """Lines as one text."""
    return Text("\n", no_wrap=True).join(lines)


class LiveText(Widget):
    """Draws ``lines()``; never interprets markup."""

    DEFAULT_CSS = """
    LiveText { height: auto; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, live: Live, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes, markup=False)
        self.live = live
        self._drawn: Text | None = None

    def on_mount(self) -> None:
        """Follow the daemon's state."""
        self.live.changed.subscribe(self, lambda _none: self.redraw())

    def redraw(self) -> None:
        """Draw again if anything changed; a widget of automatic height also takes its new height."""
        before, after = self._drawn, stacked(self.lines(self._columns()))
        if before == after:
            return
        taller = before is None or before.plain.count("\n") != after.plain.count("\n")
        self.refresh(layout=taller and self.styles.is_auto_height)

    @abstractmethod
    def lines(self, width: int) -> list[Text]:
        """What to draw in so many columns."""

    def render(self) -> Text:
        """Textual's hook."""
        self._drawn = stacked(self.lines(self._columns()))
        return self._drawn

    def _columns(self) -> int:
        return self.content_size.width or self.app.size.width


class TextBlock(PlainLines):
    """Lines in a box of fixed size: new ones cost no layout, and those that stay cost nothing."""

    DEFAULT_CSS = """
    TextBlock { height: 1fr; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._words = WordLines()

    def show(self, lines: list[Text]) -> None:
        """Draw these lines if they differ."""
        changed = self._words.put(lines)
        if changed:
            self.refresh(Region(0, changed.start, self.content_size.width, len(changed)))

    def render(self) -> Text:
        """Textual's hook, where the height is asked for."""
        return stacked(self._words.texts)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up once what all lines share."""
        self._words.look(self.content_size.width, self.visual_style.rich_style)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the words."""
        return self._words.strip(y, self.app.console)


def fitted(parts: list[tuple[int, Text]], width: int, gap: int = 3) -> Text:
    """Parts in their order, without those of the largest numbers when they do not fit."""
    kept = list(parts)
    while kept and sum(part.cell_len for _, part in kept) + gap * (len(kept) - 1) > width:
        if len(kept) == 1:
            break
        kept.remove(max(kept, key=lambda item: item[0]))
    return Text(" " * gap).join([part for _, part in kept])
