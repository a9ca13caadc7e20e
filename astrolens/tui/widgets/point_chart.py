"""Pictures on a plane through their embeddings: likeness as nearness; a lasso chooses some."""

from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from astrolens.api.wire_sky import EmbeddingPoint
from astrolens.domain.detection import Decision
from astrolens.tui import lasso
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille cell, by row and column
_BRAILLE = 0x2800
_LETTERS = " .:*#"
_FEWEST_DRAGGED = 3


@dataclass(slots=True)
class _Cell:
    points: list[EmbeddingPoint] = field(default_factory=list)
    dots: int = 0


class PointChart(Widget, can_focus=True):
    """A cursor, corners, and the pictures inside them."""

    DEFAULT_CSS = """
    PointChart { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "embedding",
        [
            Binding("h,left", "step(-1,0)", "left", show=False),
            Binding("l,right", "step(1,0)", "right", show=False),
            Binding("k,up", "step(0,-1)", "up", show=False),
            Binding("j,down", "step(0,1)", "down", show=False),
            Binding("H,shift+left", "step(-8,0)", "far left", show=False),
            Binding("L,shift+right", "step(8,0)", "far right", show=False),
            Binding("K,shift+up", "step(0,-4)", "far up", show=False),
            Binding("J,shift+down", "step(0,4)", "far down", show=False),
            Binding("v", "corner", "corner", tooltip="mark a corner: two make a box, more a lasso"),
            Binding(
                "enter", "choose", "list", tooltip="list the findings inside the corners, or in this cell"
            ),
            Binding("escape", "forget", "forget", show=False, tooltip="forget the corners"),
        ],
    )

    @dataclass
    class Moved(Message):
        """Cursor or corners changed."""

    @dataclass
    class Chosen(Message):
        """These pictures are to be listed."""

        points: list[EmbeddingPoint]

    def __init__(self, live: Live) -> None:
        super().__init__(id="point-chart", markup=False)
        self._live = live
        self._points: list[EmbeddingPoint] = []
        self._cells: dict[tuple[int, int], _Cell] = {}
        self.cursor = (0, 0)
        self._moved = False  # until somebody moves it the cursor stays in the middle, however the box changes
        self.corners: list[tuple[int, int]] = []
        self._dragging = False

    def on_mount(self) -> None:
        """Follow the colours."""
        self._live.changed.subscribe(self, lambda _none: self.refresh())

    def show(self, points: list[EmbeddingPoint]) -> None:
        """Draw these; the cursor stays."""
        self._points = points
        self._place()

    def on_resize(self) -> None:
        """Place the points anew; corners belonged to the old size."""
        self.corners = []
        self.cursor = (
            min(self.cursor[0], max(0, self.size.width - 1)),
            min(self.cursor[1], max(0, self.size.height - 1)),
        )
        self._place()
        self.post_message(self.Moved())  # other cells hold other pictures

    def _place(self) -> None:
        """Every point into its cell, and a dot for it; the largest distance fills the box in both directions."""
        self._cells = {}
        wide, high = self.size.width, self.size.height
        if not self._moved:
            self.cursor = (wide // 2, high // 2)
        if not self._points or wide < 2 or high < 1:
            self.refresh()
            return
        xs, ys = [one["x"] for one in self._points], [one["y"] for one in self._points]
        left, lower = min(xs), min(ys)
        across, up = max(max(xs) - left, 1e-9), max(max(ys) - lower, 1e-9)
        for one in self._points:
            x = (one["x"] - left) / across * (2 * wide - 1)
            y = (1.0 - (one["y"] - lower) / up) * (4 * high - 1)
            column, row = int(x) // 2, int(y) // 4
            cell = self._cells.setdefault((column, row), _Cell())
            cell.points.append(one)
            cell.dots |= _DOTS[int(y) % 4][int(x) % 2]
        self.refresh()

    def chosen(self) -> list[EmbeddingPoint]:
        """Pictures inside the corners; those under the cursor while there are none."""
        if len(self.corners) < 2:
            here = self._cells.get(self.cursor)
            return here.points if here is not None else []
        corners = [(float(x), float(y)) for x, y in self.corners]
        return [
            point
            for place, cell in self._cells.items()
            if lasso.inside((float(place[0]), float(place[1])), corners) or place in self.corners
            for point in cell.points
        ]

    # ---------------------------------------------------------------- drawing

    def render_line(self, y: int) -> Strip:
        """One line of the map."""
        blank = self.rich_style
        line = lasso.edges(self.corners)
        cells = [self._drawn((x, y), line, blank) for x in range(self.size.width)]
        return Strip(cells, self.size.width)

    def _drawn(self, place: tuple[int, int], line: set[tuple[int, int]], blank: Style) -> Segment:
        palette, glyphs = self._live.palette, self._live.glyphs
        cell = self._cells.get(place)
        mark, colour, bold = " ", palette.faint, False
        if cell is not None:
            decisions = {point["decision"] for point in cell.points}
            if Decision.ANOMALY.value in decisions:
                mark, colour, bold = glyphs.anomaly, palette.anomaly, True
            elif glyphs.half_cells:
                mark = chr(_BRAILLE + cell.dots)
                colour = palette.strong if Decision.NEAR_MISS.value in decisions else palette.normal
            else:
                mark = _LETTERS[min(len(_LETTERS) - 1, len(cell.points))]
                colour = palette.strong if Decision.NEAR_MISS.value in decisions else palette.normal
        elif place in line:
            mark, colour = "+", palette.unsure
        style = blank + Style(color=colour, bold=bold)
        if place in line:
            style += Style(color=palette.unsure)
        if place == self.cursor:
            style += Style(reverse=True, bold=True)
        return Segment(mark, style)

    # ------------------------------------------------------------------- keys

    def _changed(self) -> None:
        self._moved = True
        self.refresh()
        self.post_message(self.Moved())

    def action_step(self, right: int, down: int) -> None:
        """Move the cursor."""
        x, y = self.cursor
        self.cursor = (
            min(max(x + right, 0), max(0, self.size.width - 1)),
            min(max(y + down, 0), max(0, self.size.height - 1)),
        )
        self._changed()

    def action_corner(self) -> None:
        """Mark a corner, or take the one under the cursor away."""
        if self.cursor in self.corners:
            self.corners.remove(self.cursor)
        else:
            self.corners.append(self.cursor)
        self._changed()

    def action_forget(self) -> None:
        """No corners."""
        self.corners = []
        self._changed()

    def action_choose(self) -> None:
        """List what is inside."""
        self.post_message(self.Chosen(points=self.chosen()))

    # ------------------------------------------------------------------ mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a lasso."""
        self.capture_mouse()
        self._dragging = True
        self.corners = [(event.x, event.y)]
        self.cursor = (event.x, event.y)
        self._changed()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw it."""
        place = (min(max(event.x, 0), self.size.width - 1), min(max(event.y, 0), self.size.height - 1))
        if self._dragging and place != self.corners[-1]:
            self.corners.append(place)
            self.cursor = place
            self._changed()

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """End it; a click without a way is only a place."""
        self.release_mouse()
        if self._dragging and len(self.corners) < _FEWEST_DRAGGED:
            self.corners = []
        self._dragging = False
        self._changed()
