"""Pictures and details of candidates, fetched once and kept while they are near."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.api.read_pixels import read_pixels
from astrolens.api.wire import ImageDetail
from astrolens.api.wire_verdict import HeatRow, WhyReply
from astrolens.domain.errors import AstroLensError, BadData
from astrolens.tui.develop import develop
from astrolens.tui.graphics import kitty, sixel
from astrolens.tui.graphics.detect import Graphics
from astrolens.tui.heat import warmed
from astrolens.tui.look import View
from astrolens.tui.negative import Negative, of_levels
from astrolens.tui.newest import Newest
from astrolens.tui.picture import (
    MOST_COLUMNS,
    MOST_ROWS,
    Drawn,
    Pixels,
    decode_png,
    draw,
    in_cells,
    in_letters,
)
from astrolens.tui.scene import Scene, scene_of

_KEPT_PIXELS = 64
_KEPT_DRAWN_CELLS = 150_000  # about 30 MB of strips
_CHARACTERS_A_CELL = 200
_KEPT_NEGATIVE_BYTES = 48 * 2**20
_KEPT_DETAILS = 256
_FIRST_NUMBER, _NUMBERS = 0xA57000, 4096  # of pictures in the terminal's memory
_SIDES = (256, 512, 1024)  # that a daemon is asked for

_PrintKey = tuple[int, int, int, View, Graphics, tuple[int, int]]

__all__ = ["Album", "Newest", "Print"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Print:
    """A picture made for a view and a box of cells, and what is on it."""

    drawn: Drawn
    scene: Scene
    warm: bool  # with a heat map, which not every picture has
    number: int = 0  # of the pixels in the terminal's memory
    sent: str = ""  # what brings them there; empty where cells are drawn
    over: tuple[str, ...] = ()  # for each line of cells, the pixels that are drawn over them

    @property
    def weight(self) -> int:
        """In cells, of about as much memory."""
        characters = len(self.sent) + sum(map(len, self.over))
        return _cells(self.drawn) + characters // _CHARACTERS_A_CELL


class Album:
    """What the daemon said about single pictures. Readable while the daemon is away."""

    def __init__(self, client: Client, *, half_cells: bool) -> None:
        self.view = View()  # how the person looks at pictures now
        self.near: tuple[int, ...] = ()  # pictures that are likely to be wanted next, likeliest first
        self.graphics = Graphics.CELLS
        self.cell_px = sixel.DEFAULT_CELL_PX
        self._numbers = cycle(range(_FIRST_NUMBER, _FIRST_NUMBER + _NUMBERS))
        self._client = client
        self._half_cells = half_cells
        self._pixels: Newest[int, Pixels] = Newest(_KEPT_PIXELS)
        self._drawn: Newest[tuple[int, int, int, bool], Drawn] = Newest(_KEPT_DRAWN_CELLS, _cells)
        self._negatives: Newest[tuple[int, int], Negative] = Newest(
            _KEPT_NEGATIVE_BYTES, lambda one: one.size_bytes
        )
        self._prints: Newest[_PrintKey, Print] = Newest(_KEPT_DRAWN_CELLS, lambda one: one.weight)
        self._details: Newest[int, ImageDetail] = Newest(_KEPT_DETAILS)
        self._whys: Newest[int, WhyReply] = Newest(_KEPT_DETAILS)
        self._no_picture: Newest[int, str] = Newest(_KEPT_PIXELS)
        self._no_negative: Newest[int, str] = Newest(_KEPT_DETAILS)

    # ----------------------------------------------------------------- words

    def detail(self, image_id: int) -> ImageDetail | None:
        """Everything about a picture, if it was asked before."""
        return self._details.get(image_id)

    def why(self, image_id: int) -> WhyReply | None:
        """The evidence for a verdict, if it was asked before."""
        return self._whys.get(image_id)

    def forget_detail(self, image_id: int) -> None:
        """Ask again next time: its labels changed."""
        self._details.drop(image_id)
        self._whys.drop(image_id)

    async def fetch_why(self, image_id: int) -> WhyReply:
        """The evidence for a verdict; Unavailable or BadData as the daemon answers."""
        known = self._whys.get(image_id)
        if known is None:
            answer: WhyReply = await self._client.ask(questions.why(image_id))
            known = answer
            self._whys.put(image_id, answer)
        return known

    async def fetch_detail(self, image_id: int) -> ImageDetail:
        """Everything about a picture; Unavailable or BadData as the daemon answers."""
        known = self._details.get(image_id)
        if known is not None:
            return known
        detail = await self._client.ask(questions.image(image_id))
        self._details.put(image_id, detail)
        return detail

    async def ask_for_words(self, image_id: int) -> str:
        """Let the language model describe a picture; why there are no words, or nothing when there are."""
        row = await self._client.ask(orders.annotate(image_id))
        self.forget_detail(image_id)
        await self.fetch_detail(image_id)
        return row["reason"]

    # ------------------------------------------------------------ thumbnails

    def drawn(self, image_id: int, columns: int, rows: int, *, warm: bool = False) -> Drawn | None:
        """The thumbnail at this size, with or without its heat map, if it was drawn before."""
        return self._drawn.get((image_id, columns, rows, warm))

    async def fetch_drawn(self, image_id: int, columns: int, rows: int, *, warm: bool = False) -> Drawn:
        """The thumbnail at this size; BadData when there is none, Unavailable when the daemon is away."""
        found = self._drawn.get((image_id, columns, rows, warm))
        if found is not None:
            return found
        pixels = await self._fetch_pixels(image_id)
        if warm:
            heat = (await self.fetch_why(image_id)).get("heat")
            if heat is None:
                raise BadData("this picture has no heat map")
            pixels = await asyncio.to_thread(warmed, pixels, heat, over_picture=self._half_cells)
        found = await asyncio.to_thread(draw, pixels, columns, rows, half_cells=self._half_cells)
        self._drawn.put((image_id, columns, rows, warm), found)
        return found

    def without_picture(self, image_id: int) -> str:
        """Why there is no thumbnail; empty where that is not known."""
        return self._no_picture.get(image_id) or ""

    async def _fetch_pixels(self, image_id: int) -> Pixels:
        pixels = self._pixels.get(image_id)
        if pixels is not None:
            return pixels
        if (reason := self._no_picture.get(image_id)) is not None:
            raise BadData(reason)
        try:
            content = await self._client.ask(questions.thumbnail(image_id))
            pixels = await asyncio.to_thread(decode_png, content)
        except BadData as error:
            self._no_picture.put(image_id, str(error))
            raise
        self._pixels.put(image_id, pixels)
        return pixels

    # ---------------------------------------------------------------- prints

    def printed(self, image_id: int, columns: int, rows: int, view: View) -> Print | None:
        """The picture as this view wants it, if it was made before."""
        return self._prints.get((image_id, columns, rows, view, self.graphics, self.cell_px))

    async def fetch_print(self, image_id: int, columns: int, rows: int, view: View) -> Print:
        """The picture as a view wants it; BadData when there is none, Unavailable when the daemon is away."""
        columns, rows = min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)
        graphics, cell_px = self.graphics, self.cell_px
        key = (image_id, columns, rows, view, graphics, cell_px)
        found = self._prints.get(key)
        if found is not None:
            return found
        fine = 1 if graphics is Graphics.CELLS else kitty.CELL_WIDTH_PX
        negative = await self.fetch_negative(image_id, wanted_side(columns * fine, rows * fine, view.zoom))
        heat = await self._heat(image_id) if view.warm else None
        if graphics is Graphics.KITTY:
            make = partial(_in_pixels, number=next(self._numbers))
        elif graphics is Graphics.SIXEL:
            make = partial(_in_sixels, cell_px=cell_px)
        else:
            make = partial(_in_cells, half_cells=self._half_cells)
        found = await asyncio.to_thread(make, negative, view, columns, rows, heat)
        self._prints.put(key, found)
        return found

    async def fetch_negative(self, image_id: int, side: int) -> Negative:
        """The numbers behind a picture; levels of its thumbnail when its original is gone."""
        for known_side in (one for one in _SIDES if one >= side):
            if (known := self._negatives.get((image_id, known_side))) is not None:
                return known
        for smaller_side in (one for one in _SIDES if one < side):
            known = self._negatives.get((image_id, smaller_side))
            if known is not None and (known.cut.factor == 1 or self._no_negative.get(image_id)):
                return known
        try:
            if self._no_negative.get(image_id) is not None:
                raise BadData("known to have no original")
            reply = await self._client.ask(questions.pixels(image_id, side=side))
            negative = await asyncio.to_thread(lambda: Negative(read_pixels(reply)))
        except BadData as error:
            self._no_negative.put(image_id, str(error))
            negative = await asyncio.to_thread(of_levels, await self._fetch_pixels(image_id))
        self._negatives.put((image_id, side), negative)
        return negative

    async def _heat(self, image_id: int) -> HeatRow | None:
        with suppress(
            AstroLensError
        ):  # a picture without a verdict has no heat map, and is a picture all the same
            return (await self.fetch_why(image_id)).get("heat")
        return None


def wanted_side(columns: int, rows: int, zoom: float) -> int:
    """Longest side of the numbers that a box of cells can show."""
    wanted = max(columns, 2 * rows) * zoom
    return next((side for side in _SIDES if side >= wanted), _SIDES[-1])


def _cells(drawn: Drawn) -> int:
    return drawn.columns * drawn.rows


def _scene(negative: Negative, view: View, columns: int, rows: int) -> Scene:
    return scene_of(negative, up=view.north_up, zoom=view.zoom, at=view.at, columns=columns, rows=rows)


def _in_cells(
    negative: Negative, view: View, columns: int, rows: int, heat: HeatRow | None, *, half_cells: bool
) -> Print:
    scene = _scene(negative, view, columns, rows)
    lines = 2 * scene.rows if half_cells else scene.rows
    pixels = develop(scene, view, scene.columns, lines, heat=heat, over_picture=half_cells)
    drawn = in_cells(pixels) if half_cells else in_letters(pixels, stretched=True)
    return Print(drawn=drawn, scene=scene, warm=heat is not None)


def _in_pixels(
    negative: Negative, view: View, columns: int, rows: int, heat: HeatRow | None, *, number: int
) -> Print:
    scene = _scene(negative, view, columns, rows)
    width, lines = scene.columns * kitty.CELL_WIDTH_PX, scene.rows * kitty.CELL_HEIGHT_PX
    pixels = develop(scene, view, width, lines, heat=heat)
    return Print(
        drawn=kitty.cells(number, scene.columns, scene.rows),
        scene=scene,
        warm=heat is not None,
        number=number,
        sent=kitty.transmission(pixels, number, scene.columns, scene.rows),
    )


def _in_sixels(
    negative: Negative, view: View, columns: int, rows: int, heat: HeatRow | None, *, cell_px: tuple[int, int]
) -> Print:
    """Half cells, and what is drawn over them: they are seen where something covers a part of the picture."""
    below = _in_cells(negative, view, columns, rows, heat, half_cells=True)
    scene = below.scene
    width, lines = sixel.size_px(scene.columns, scene.rows, cell_px)
    pixels = develop(scene, view, width, lines, heat=heat)
    found = sixel.encode(pixels, scene.columns, scene.rows, cell_px)
    return below if found is None else replace(below, over=found.parts)
