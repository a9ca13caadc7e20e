"""A picture that a person can stretch, colour, turn and go into."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from rich.segment import ControlType, Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from astrolens.tui.album import Print
from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.develop import shown_bands
from astrolens.tui.graphics import kitty
from astrolens.tui.look import Look, View, colours_for, limits_for, next_one
from astrolens.tui.picture import MOST_COLUMNS, MOST_ROWS, Drawn
from astrolens.tui.scene import Scene
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.widgets.cutout import Cutout

_RAW = [(ControlType.CURSOR_FORWARD, 0)]  # a segment with this is written as it is, and takes no room


class PictureView(Cutout):
    """Shows one picture from its own pixels, as the view that all pictures share wants it."""

    DEFAULT_CSS = """
    PictureView { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Looked(Message):
        """Another picture, look or place under the pointer."""

    AHEAD_AFTER_S = 0.0

    _print: Print | None = None
    _pointed: tuple[int, int] | None = None
    _dragged: tuple[int, int] | None = None
    _done: tuple[int, View] | None = None
    _sent: Print | None = None

    # -------------------------------------------------------- what is on screen

    @property
    def scene(self) -> Scene | None:
        """What is seen; None while it is fetched."""
        return None if self._print is None else self._print.scene

    @property
    def warm(self) -> bool:
        """Whether a heat map is wanted."""
        return self._album.view.warm

    @property
    def heated(self) -> bool:
        """Whether a heat map is seen."""
        return self._print is not None and self._print.warm

    @property
    def look(self) -> Look | None:
        """Look of the picture on the screen."""
        scene = self.scene
        return None if scene is None else self._album.view.look(linear=scene.negative.cut.linear)

    def pointed(self) -> tuple[float, float] | None:
        """Place in the scene, in cells, under the pointer; None when it is elsewhere."""
        if self._pointed is None or self._drawn is None:
            return None
        width, height = self.content_size
        column = self._pointed[0] - (width - self._drawn.columns) // 2
        row = self._pointed[1] - (height - self._drawn.rows) // 2
        inside = 0 <= column < self._drawn.columns and 0 <= row < self._drawn.rows
        return (column + 0.5, row + 0.5) if inside else None

    def left_edge(self) -> int:
        """Column in which the picture begins."""
        return 0 if self._drawn is None else max(0, (self.content_size.width - self._drawn.columns) // 2)

    # ------------------------------------------------------------ as a cutout

    def wish(self) -> Hashable:
        """The view that all pictures share, and what draws it."""
        return self._album.view, self._album.graphics, self._album.cell_px

    def again(self) -> None:
        """Something else draws pictures now."""
        self._draw(at_once=True)

    def known(self, image_id: int) -> Drawn | None:
        """The picture in this view, if it was made before."""
        columns, rows = self._box()
        found = self._album.printed(image_id, columns, rows, self._album.view)
        self._print = found or self._print
        return None if found is None else found.drawn

    def refused(self, image_id: int) -> str:
        """Levels of a thumbnail stand in for what is gone, so nothing is known before it was tried."""
        return ""

    async def made(self, image_id: int, columns: int, rows: int) -> Drawn:
        """The picture in this view."""
        return (await self._album.fetch_print(image_id, columns, rows, self._album.view)).drawn

    def shown(self) -> None:
        """Find what belongs to the strips on the screen, and tell."""
        if self._image_id is not None and self._drawn is not None:
            found = self._album.printed(self._image_id, *self._box(), self._album.view)
            self._print = found or self._print
            if found is not None:
                self._send(found)
                self._look_ahead((self._image_id, self._album.view))
        elif self._drawn is None:
            self._print = None
        self.post_message(self.Looked())

    def _send(self, found: Print) -> None:
        """Bring pixels into the terminal's memory before cells stand for them, and let it forget the last ones."""
        if found is self._sent or (not found.sent and self._sent is None):
            return
        before, self._sent = self._sent, found if found.sent else None
        self._tell_terminal(found.sent + ("" if before is None else kitty.removal(before.number)))

    def on_unmount(self) -> None:
        """Leave nothing in the terminal's memory."""
        if self._sent is not None:
            self._tell_terminal(kitty.removal(self._sent.number))
            self._sent = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's hook: the cells, and after each line of them the pixels that are drawn over it.

        They come with the cells whenever Textual paints these, so that they are where the cells are, and are gone
        when anything else is painted there. A line that something covers loses its end, and its pixels with it.
        """
        lines = super().render_lines(crop)
        found, drawn = self._print, self._drawn
        if found is None or not found.over or found.drawn is not drawn or self.app.screen is not self.screen:
            return lines
        width, height = self.content_size
        if drawn is None or crop.x or crop.width < width:
            return lines
        corner = self.content_region.offset
        left, top = corner.x + (width - drawn.columns) // 2 + 1, corner.y + 1
        above = (height - drawn.rows) // 2
        for place, y in enumerate(range(crop.y, crop.bottom)):
            if above <= y < above + drawn.rows:
                put = f"\x1b7\x1b[{top + y};{left}H{found.over[y - above]}\x1b8"
                lines[place] = Strip([*lines[place], Segment(put, None, _RAW)], width)
        return lines

    def _tell_terminal(self, sequences: str) -> None:
        driver = self.app._driver  # noqa: SLF001 (Textual has no other way past its lines)
        if driver is not None and sequences:
            driver.write(sequences)

    def _look_ahead(self, done: tuple[int, View]) -> None:
        """What is likely to come next is made in the same view, once this picture is there."""
        if done != self._done:
            self._done = done
            self.prefetch(tuple(near for near in self._album.near if near != done[0]))

    def show(self, image_id: int | None) -> None:
        """Draw this picture from its middle."""
        if image_id != self._image_id:
            self._album.view = self._album.view.centred()
        super().show(image_id)

    def _box(self) -> tuple[int, int]:
        return min(self.content_size.width, MOST_COLUMNS), min(self.content_size.height, MOST_ROWS)

    # ------------------------------------------------------------------- keys

    def toggle_heat(self) -> None:
        """With the heat map, or without."""
        self._see(replace(self._album.view, warm=not self._album.view.warm))

    def act(self, verb: str, step: int = 1) -> str:
        """Do what a key says; words when there is something to say, else nothing."""
        scene, view = self.scene, self._album.view
        if scene is None:
            return f"no picture: {self._reason}" if self._reason else "the picture is still on its way"
        match verb:
            case "zoom":
                self._see(view.zoomed(step))
            case "right":
                self._see(view.moved(step, 0, scene.span))
            case "down":
                self._see(view.moved(0, step, scene.span))
            case "band":
                return self._next_band(scene, view)
            case "north":
                self._see(replace(view, north_up=not view.north_up, at=(0.5, 0.5)))
                return "" if scene.negative.cut.tangent else "the file does not say where north is"
            case "afresh":
                self._see(view.afresh())
            case _:
                linear = scene.negative.cut.linear
                planes = len(shown_bands(scene.negative, view.band))
                look = _changed(view.look(linear=linear), verb, step, linear=linear, planes=planes)
                self._see(view.looking(look, linear=linear))
        return ""

    def _next_band(self, scene: Scene, view: View) -> str:
        planes = len(scene.negative.planes)
        if planes == 1:
            return "this picture has one band"
        order: list[int | None] = [None, *range(planes)]
        now = None if view.band is None else view.band % planes
        self._see(replace(view, band=order[(order.index(now) + 1) % len(order)]))
        return ""

    def _see(self, view: View) -> None:
        if view != self._album.view:
            self._album.view = view
            self._draw(at_once=True)

    # ------------------------------------------------------------------ mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Point, or drag the picture."""
        at = (event.x, event.y)
        if self._dragged is not None and self._drawn is not None and self.scene is not None:
            self._drag(at)
        elif at != self._pointed:
            self._pointed = at
            self.post_message(self.Looked())

    def _drag(self, at: tuple[int, int]) -> None:
        scene, drawn, before = self.scene, self._drawn, self._dragged
        if scene is None or drawn is None or before is None:
            return
        right, down = before[0] - at[0], before[1] - at[1]
        wide, high = scene.span
        x, y = self._album.view.at
        moved = (x + right / drawn.columns * wide, y + down / drawn.rows * high)
        inside = (min(1 - wide / 2, max(wide / 2, moved[0])), min(1 - high / 2, max(high / 2, moved[1])))
        self._dragged = at
        self._see(replace(self._album.view, at=(round(inside[0], 6), round(inside[1], 6))))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        if self._album.view.zoom > 1.0:
            self._dragged = (event.x, event.y)
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        """Let go of it."""
        self._dragged = None
        self.release_mouse()

    def on_leave(self) -> None:
        """The pointer is elsewhere."""
        self._pointed = None
        self.post_message(self.Looked())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Nearer."""
        event.stop()
        self.act("zoom", 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther."""
        event.stop()
        self.act("zoom", -1)


def _changed(look: Look, verb: str, step: int, *, linear: bool, planes: int) -> Look:
    match verb:
        case "stretch":
            return replace(look, stretch=next_one(list(Stretch), look.stretch, step))
        case "limits":
            return replace(look, limits=next_one(limits_for(linear=linear), look.limits, step))
        case "colours":
            choices = colours_for(planes)
            now = look.colours if look.colours in choices else ColourMap.GREY
            return replace(look, colours=next_one(choices, now, step))
        case "invert":
            return replace(look, inverted=not look.inverted)
        case "bias":
            return look.brighter(step)
        case "contrast":
            return look.harder(step)
        case _:
            raise ValueError(f"no key does {verb!r} to a picture")
