"""All of the sky: what was searched, as shades, and what was found, as marks."""

from dataclasses import dataclass
from math import log1p
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from astrolens.api.wire_sky import AreaCount
from astrolens.domain.areas import ACROSS, AREAS, ROWS, SIDE_DEG, area
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.projection import Ellipse, fit_ellipse

_SHADES = " ░▒▓"
_LETTERS = " .:%"
_HOURS_AT_DEG = -2.0
_DEGREES_AT_DEG = 352.0  # near the eastern rim
_FIRST = ACROSS * 25 + 36  # 12 h, +35 deg: somewhere in the middle of what surveys look at


class SkyChart(Widget, can_focus=True):
    """A cursor of 5 by 5 degrees walks over it."""

    DEFAULT_CSS = """
    SkyChart { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "map",
        [
            Binding("h,left", "step(1,0)", "east", show=False, tooltip="5 degrees east"),
            Binding("l,right", "step(-1,0)", "west", show=False, tooltip="5 degrees west"),
            Binding("k,up", "step(0,1)", "north", show=False, tooltip="5 degrees north"),
            Binding("j,down", "step(0,-1)", "south", show=False, tooltip="5 degrees south"),
            Binding("n", "found(1)", "next find", tooltip="go to the next area with a finding"),
            Binding(
                "N", "found(-1)", "find before", show=False, tooltip="go to the area with a finding before"
            ),
            Binding("enter", "choose", "list", tooltip="list what was found in this area"),
        ],
    )

    @dataclass
    class Moved(Message):
        """The cursor is on another area."""

        area: int

    @dataclass
    class Chosen(Message):
        """This area is to be listed."""

        area: int

    def __init__(self, live: Live) -> None:
        super().__init__(id="sky-chart", markup=False)
        self._live = live
        self._ellipse: Ellipse | None = None
        self.counts: dict[int, AreaCount] = {}
        self.cursor = _FIRST
        self._most = 1

    def on_mount(self) -> None:
        """Follow the colours."""
        self._live.changed.subscribe(self, lambda _none: self.refresh())

    def show(self, areas: list[AreaCount]) -> None:
        """Draw these counts; the first ones also place the cursor."""
        first = not self.counts
        self.counts = {one["area"]: one for one in areas if 0 <= one["area"] < AREAS}
        self._most = max([1, *(one["judged"] for one in self.counts.values())])
        if first and self.counts:
            best = max(
                self.counts.values(), key=lambda one: (one["anomalies"], one["near_misses"], one["judged"])
            )
            self._go(best["area"])
        self.refresh()

    def on_resize(self) -> None:
        """Fit anew."""
        self._ellipse = None
        self.refresh()

    def _fitted(self) -> Ellipse:
        if self._ellipse is None:
            self._ellipse = fit_ellipse(max(4, self.size.width), max(1, self.size.height))
        return self._ellipse

    def _corner(self) -> tuple[int, int]:
        sky = self._fitted()
        return (self.size.width - sky.columns) // 2, (self.size.height - sky.rows) // 2

    def render_line(self, y: int) -> Strip:
        """One line of the map."""
        sky, (left, top) = self._fitted(), self._corner()
        blank = self.rich_style
        if not 0 <= y - top < sky.rows:
            return Strip.blank(self.size.width, blank)
        place = area(self.cursor)
        at = sky.cell_of(place.ra_deg + SIDE_DEG / 2, place.dec_deg + SIDE_DEG / 2)
        cells = [Segment(" " * left, blank)]
        named = self._names(sky, y - top)
        for column, areas in enumerate(sky.areas[y - top]):
            here = (column, y - top) == at
            if column in named and not here:
                cells.append(Segment(named[column], blank + Style(color=self._live.palette.quiet)))
            else:
                cells.append(self._cell(areas, blank, here=here))
        return Strip(cells).adjust_cell_length(self.size.width, blank)

    def _names(self, sky: Ellipse, row: int) -> dict[int, str]:
        """Letters of hours and degrees on a line, by column."""
        named: dict[int, str] = {}
        places = [(15.0 * hour, _HOURS_AT_DEG, f"{hour}h") for hour in (3, 6, 9, 12, 15, 18, 21)]
        places += [(_DEGREES_AT_DEG, float(dec), f"{dec:+d}") for dec in (60, 30, -30, -60)]
        for ra, dec, words in places:
            column, line = sky.cell_of(ra, dec)
            if line == row:
                start = column - len(words) // 2
                letters = {start + place: letter for place, letter in enumerate(words)}
                if not any(self._is_searched(sky, place, row) for place in letters):
                    named |= letters
        return named

    def _is_searched(self, sky: Ellipse, column: int, row: int) -> bool:
        return 0 <= column < sky.columns and any(number in self.counts for number in sky.areas[row][column])

    def _cell(self, areas: frozenset[int], blank: Style, *, here: bool) -> Segment:
        palette, glyphs = self._live.palette, self._live.glyphs
        if not areas:
            return Segment(" ", blank)
        known = [self.counts[number] for number in areas if number in self.counts]
        judged = sum(one["judged"] for one in known)
        if any(one["anomalies"] for one in known):
            mark, colour = glyphs.anomaly, palette.anomaly
        elif judged:
            shades = _SHADES if glyphs.half_cells else _LETTERS
            level = 1 + round(2 * log1p(judged) / log1p(self._most * max(1, len(known))))
            near = any(one["near_misses"] for one in known)
            mark, colour = shades[min(3, level)], palette.normal if near else palette.normal_dim
        else:
            mark, colour = glyphs.dot, palette.faint
        style = blank + Style(color=colour, bold=mark == glyphs.anomaly)
        if here:
            style = blank + Style(
                color=palette.strong, bgcolor=palette.normal_dim, bold=True, reverse=not judged
            )
        return Segment(mark, style)

    # ------------------------------------------------------------------- keys

    def _go(self, number: int) -> None:
        self.cursor = number
        self.refresh()
        self.post_message(self.Moved(area=number))

    def action_step(self, east: int, north: int) -> None:
        """One area on; right ascension goes round."""
        row, column = divmod(self.cursor, ACROSS)
        self._go(ACROSS * min(max(row + north, 0), ROWS - 1) + (column + east) % ACROSS)

    def action_found(self, step: int) -> None:
        """The next area with an anomaly, or with a near miss while there is no anomaly."""
        for kind in ("anomalies", "near_misses"):
            found = sorted(number for number, one in self.counts.items() if one[kind])
            if found:
                later = [number for number in found if (number - self.cursor) * step > 0]
                near = (min if step > 0 else max)(later or found)
                self._go(near)
                return
        self._live.say("nothing was found on the sky yet")

    def action_choose(self) -> None:
        """List what was found here."""
        self.post_message(self.Chosen(area=self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Go to the area under the pointer; twice lists it."""
        sky, (left, top) = self._fitted(), self._corner()
        column, row = event.x - left, event.y - top
        if not (0 <= column < sky.columns and 0 <= row < sky.rows):
            return
        areas = sky.areas[row][column]
        if areas:
            self._go(max(areas, key=self._interest))
            if event.chain >= 2:
                self.action_choose()

    def _interest(self, number: int) -> tuple[int, int, int]:
        one = self.counts.get(number)
        return (one["anomalies"], one["near_misses"], one["judged"]) if one is not None else (0, 0, 0)
