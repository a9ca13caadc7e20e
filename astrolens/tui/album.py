"""Pictures and details of candidates, fetched once and kept while they are near."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.wire import ImageDetail
from astrolens.domain.errors import BadData
from astrolens.tui.picture import Drawn, Pixels, decode_png, draw

_KEPT_PIXELS = 64
_KEPT_DRAWN = 96
_KEPT_DETAILS = 256

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Newest(Generic[Key, Value]):
    """A dictionary that forgets what was used longest ago."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, now the newest; None when forgotten."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value and forget the oldest beyond the limit."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._limit:
            self._values.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget one value."""
        self._values.pop(key, None)


class Album:
    """What the daemon said about single pictures. Readable while the daemon is away."""

    def __init__(self, client: Client, *, half_cells: bool) -> None:
        self._client = client
        self._half_cells = half_cells
        self._pixels: Newest[int, Pixels] = Newest(_KEPT_PIXELS)
        self._drawn: Newest[tuple[int, int, int], Drawn] = Newest(_KEPT_DRAWN)
        self._details: Newest[int, ImageDetail] = Newest(_KEPT_DETAILS)
        self._no_picture: Newest[int, str] = Newest(_KEPT_PIXELS)

    def drawn(self, image_id: int, columns: int, rows: int) -> Drawn | None:
        """The picture at this size, if it was drawn before."""
        return self._drawn.get((image_id, columns, rows))

    def detail(self, image_id: int) -> ImageDetail | None:
        """Everything about a picture, if it was asked before."""
        return self._details.get(image_id)

    def forget_detail(self, image_id: int) -> None:
        """Ask again next time: its labels changed."""
        self._details.drop(image_id)

    async def fetch_detail(self, image_id: int) -> ImageDetail:
        """Everything about a picture; Unavailable or BadData as the daemon answers."""
        known = self._details.get(image_id)
        if known is not None:
            return known
        detail = await self._client.ask(questions.image(image_id))
        self._details.put(image_id, detail)
        return detail

    async def fetch_drawn(self, image_id: int, columns: int, rows: int) -> Drawn:
        """The picture at this size; BadData when there is none, Unavailable when the daemon is away."""
        found = self._drawn.get((image_id, columns, rows))
        if found is not None:
            return found
        pixels = await self._fetch_pixels(image_id)
        found = await asyncio.to_thread(draw, pixels, columns, rows, half_cells=self._half_cells)
        self._drawn.put((image_id, columns, rows), found)
        return found

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
