"""View 4: science, reference and difference side by side, blinking, and the light curve."""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from astrolens.api import view_calls
from astrolens.api.client import Client
from astrolens.api.wire_transients import StampsReply, TransientDetail, TransientPage, TransientRow
from astrolens.domain.errors import AstroLensError, BadData
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.folding import folded
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.picture import Pixels, decode_png
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.light_curve import LightCurve
from astrolens.tui.widgets.stamp import Stamp, middle
from astrolens.tui.work import begin

_TITLES = ("science", "reference", "difference")
_BLINK_S = 0.6
_ZOOMS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Plates:
    """One transient with its three pictures."""

    detail: TransientDetail
    pixels: tuple[Pixels | None, Pixels | None, Pixels | None]
    captions: tuple[str, str, str]


class TransientsView(AskedView):
    """One transient at a time."""

    NAME = "transients"
    EVERY_S = 20.0
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "transients",
        [
            Binding("right,j,down", "next(1)", "next", tooltip="the next transient"),
            Binding("left,k,up", "next(-1)", "before", show=False, tooltip="the transient before"),
            Binding("b", "blink", "blink", tooltip="show the three pictures in turn in one place"),
            Binding("z", "zoom", "zoom", tooltip="zoom all three pictures alike"),
            Binding("enter", "light", "light curve", tooltip="the light curve alone, or with the pictures"),
        ],
    )

    @dataclass
    class Ready(Message):
        """Pictures of one transient, or why there are none."""

        number: int
        plates: Plates | None
        reason: str

    def __init__(self, client: Client, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._page: TransientPage | None = None
        self._reason = ""
        self._index = 0
        self._plates: Plates | None = None
        self._zoom = 0
        self._blinking = False
        self._frame = 0

    def body(self) -> Widget:
        """Words, three pictures and the curve, words."""
        stamps = [Stamp(self.live, id=f"stamp-{name}") for name in _TITLES]
        return Vertical(
            HeadLine(self.live, self._head),
            Horizontal(*stamps, LightCurve(self.live), id="plates"),
            HeadLine(self.live, self._foot),
            id="body",
        )

    def on_mount(self) -> None:
        """The blink goes on by itself."""
        super().on_mount()
        self.set_interval(_BLINK_S, self._beat)
        self._arrange()

    @property
    def shown_row(self) -> TransientRow | None:
        """What copying and the browser are about."""
        rows = self._page["rows"] if self._page is not None else []
        return rows[self._index] if self._index < len(rows) else None

    # ---------------------------------------------------------------- reading

    async def fetch(self) -> object:
        """Ask for the list."""
        return await self._client.ask(view_calls.transients())

    def show_reply(self, reply: object) -> None:
        """Show the transient that was shown before, if it is still there."""
        number = self._number()
        self._page, self._reason = cast(TransientPage, reply), ""
        ids = [row["id"] for row in self._page["rows"]]
        self._index = ids.index(number) if number in ids else 0
        self._arrange()
        self._want()

    def show_failure(self, reason: str) -> None:
        """Say it above."""
        self._reason = reason
        self._arrange()

    def _number(self) -> int | None:
        rows = self._page["rows"] if self._page is not None else []
        return rows[self._index]["id"] if self._index < len(rows) else None

    def _want(self) -> None:
        number = self._number()
        if number is not None and (self._plates is None or self._plates.detail["id"] != number):
            begin(self, partial(self._fetch_plates, number), group="plates", exclusive=True)

    async def _fetch_plates(self, number: int) -> None:
        try:
            detail = await self._client.ask(view_calls.transient(number))
            stamps = await self._client.ask(view_calls.stamps(number))
            pixels = [await asyncio.to_thread(_decoded, stamps, name) for name in _TITLES]
            captions = [*stamps["captions"], "", "", ""][:3]
            plates = Plates(
                detail, (pixels[0], pixels[1], pixels[2]), (captions[0], captions[1], captions[2])
            )
        except AstroLensError as error:
            self.post_message(self.Ready(number=number, plates=None, reason=clean(str(error), 300)))
        else:
            self.post_message(self.Ready(number=number, plates=plates, reason=""))

    def on_transients_view_ready(self, message: Ready) -> None:
        """Hang the pictures."""
        message.stop()
        if message.number == self._number():
            self._plates, self._reason = message.plates, message.reason
            self._arrange()

    # ---------------------------------------------------------------- drawing

    def _arrange(self) -> None:
        plates = self._plates
        has = plates is not None and self._number() is not None
        self.query_one("#plates").display = has
        self.set_class(self._blinking, "-blinking")
        if plates is not None and has:
            zoom = _ZOOMS[self._zoom]
            for place, name in enumerate(_TITLES):
                shown = self._frame if self._blinking and place == 0 else place
                pixels = plates.pixels[shown]
                cut = None if pixels is None else middle(pixels, zoom)
                stamp = self.query_one(f"#stamp-{name}", Stamp)
                stamp.show(_TITLES[shown], cut, plates.captions[shown])
            self.query_one(LightCurve).show(plates.detail["light"])
        for head in self.query(HeadLine):
            head.redraw()

    def _beat(self) -> None:
        if self._blinking and self.is_current:
            self._frame = (self._frame + 1) % 3
            self._arrange()

    def _head(self, width: int) -> list[Text]:
        palette = self.live.palette
        if self._reason:
            return folded(Text(f"This transient could not be read: {self._reason}", palette.alarm), width)
        if self._page is None:
            return [Text("Reading the transients.", palette.quiet)]
        if not self._page["rows"]:
            return [line for said in self._why_empty(self._page) for line in folded(said, width)]
        row = self._page["rows"][self._index]
        line = Text(f"{clean(row['name'], 30)}  ", f"bold {palette.strong}")
        for part in (row["source"], row["band"], words.ago(row["observed_at"])):
            line.append(f" {clean(part, 30)}  ", palette.text)
        if row["snr"] is not None:
            line.append(f" SNR {row['snr']:.1f}  ", palette.text)
        if row["p_real"] is not None:
            error = f" {self.live.glyphs.plus_minus} {row['p_real_error']:.2f}" if row["p_real_error"] else ""
            line.append(f" p(real) {row['p_real']:.2f}{error}  ", palette.text)
        if row["kind"]:
            sure = f" {row['p_kind']:.2f}" if row["p_kind"] is not None else ""
            line.append(f" {clean(row['kind'], 30)}{sure}  ", palette.anomaly)
        line.append(f" {self._index + 1} of {len(self._page['rows'])}", palette.quiet)
        line.truncate(width, overflow="ellipsis")
        return [line]

    def _why_empty(self, page: TransientPage) -> list[Text]:
        palette = self.live.palette
        reason = clean(page["reason"], 300)
        if page["installed"]:
            return [Text(f"No transient yet: {reason or 'nothing has changed on the sky'}.", palette.quiet)]
        return [
            Text(f"No transients: {reason}.", palette.text),
            Text("Candidates (2) has what was found in single pictures.", palette.quiet),
        ]

    def in_short(self, width: int) -> list[Text]:
        """The transient that is shown."""
        return self._head(width)

    def _foot(self, width: int) -> list[Text]:
        if self._plates is None or self._number() is None:
            return []
        palette = self.live.palette
        detail = self._plates.detail
        line = Text(words.position(detail["ra_deg"], detail["dec_deg"]), palette.text)
        for name, value in detail["facts"]:
            line.append(f"   {clean(name, 20)} ", palette.quiet).append(clean(value, 60), palette.text)
        if self._zoom:
            line.append(f"   zoom {_ZOOMS[self._zoom]}x", palette.quiet)
        line.truncate(width, overflow="ellipsis")
        return [line]

    # ------------------------------------------------------------------- keys

    def action_next(self, step: int) -> None:
        """Another transient."""
        rows = self._page["rows"] if self._page is not None else []
        if not rows:
            self.live.say("there is no transient here")
            return
        self._index = (self._index + step) % len(rows)
        self._want()
        self._arrange()

    def action_blink(self) -> None:
        """In turn, or side by side."""
        self._blinking, self._frame = not self._blinking, 0
        self._arrange()

    def action_zoom(self) -> None:
        """Once, twice, four times."""
        self._zoom = (self._zoom + 1) % len(_ZOOMS)
        self._arrange()

    def action_light(self) -> None:
        """The light curve alone, or with the pictures."""
        self.toggle_class("-light")


def _decoded(stamps: StampsReply, name: str) -> Pixels | None:
    """Pixels of one picture; BadData when it is damaged. Blocks."""
    text = cast("dict[str, str | None]", stamps)[name]
    if text is None:
        return None
    try:
        return decode_png(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise BadData(f"the {name} picture cannot be read: {error}") from error
