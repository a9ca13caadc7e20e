"""Small arrays of the pixels themselves, for a person who wants to stretch a picture in another way."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AsyncExitStack
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.download.tangent import tangent_of
from astrolens.pipeline.sandbox import Reply, Sandbox
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

FUNCTION = "astrolens.pipeline.linear_pixels:cut_file"
_KEPT_BYTES = 32 * 2**20
_LEVELS = 255.0


def cut_file(arguments: Mapping[str, Any]) -> Reply:
    """Decode one file and shrink its pixels; runs in the child.

    Parameters
    ----------
    arguments : Mapping of str to object
        ``path``, ``side``, ``band`` (None for all), ``megapixels`` and ``unpacked_mb``.

    Returns
    -------
    Reply
        For `LinearPixels`.

    Raises
    ------
    BadData
        If the file is no usable picture.
    """
    limits = DecodeLimits(megapixels=arguments["megapixels"], unpacked_mb=arguments["unpacked_mb"])
    image = read_image(Path(arguments["path"]), limits)
    planes, band = image.pixels, arguments["band"]
    rows, columns = planes.shape[1:]
    if band is not None:
        planes = planes[min(band, len(planes) - 1)][None]
    if image.linear:
        planes = planes[:, ::-1]
    factor = max(1, ceil(max(rows, columns) / arguments["side"]))
    small = block_means(planes, factor)
    plane = tangent_of(image.wcs_cards, rows, columns)
    dtype = np.dtype("<f4") if image.linear else np.dtype("<f2")
    values = {
        "linear": image.linear,
        "unit": image.unit,
        "bands": len(image.pixels),
        "width": columns,
        "height": rows,
        "factor": factor,
        "pixel_scale_arcsec": image.pixel_scale_arcsec,
        "tangent": None if plane is None else [plane.ra_deg, plane.dec_deg, plane.x, plane.y, *plane.matrix],
    }
    small = small if image.linear else small * np.float32(_LEVELS)
    return Reply(values=values, arrays={"planes": small.astype(dtype)})


def block_means(planes: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Shrink by a whole number.

    Parameters
    ----------
    planes : ndarray of float32, shape (band, row, column)
        NaN where nothing can be trusted.
    factor : int
        1 or more.

    Returns
    -------
    ndarray of float32, shape (band, ceil(row / factor), ceil(column / factor))
        Means of what can be trusted in each block; NaN where nothing can. The last block of a row or column
        may hold fewer pixels.
    """
    if factor == 1:
        return np.ascontiguousarray(planes)
    known = np.isfinite(planes)
    filled = np.where(known, planes, np.float32(0.0)).astype(np.float64)
    starts = [np.arange(0, length, factor) for length in planes.shape[1:]]
    total = np.add.reduceat(np.add.reduceat(filled, starts[0], axis=1), starts[1], axis=2)
    count = np.add.reduceat(np.add.reduceat(known.astype(np.int64), starts[0], axis=1), starts[1], axis=2)
    means = np.full(total.shape, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means.astype(np.float32)


class LinearPixels:
    """Decodes pictures for viewers, in a limited process that starts when it is first needed.

    Parameters
    ----------
    store : Store
        Knows the originals.
    limits : DecodeLimits
        What may be decoded at all.
    memory_mb : int
        Address space of the process in megabytes.
    timeout_s : float
        Wall time of one picture in seconds.
    """

    def __init__(self, store: Store, limits: DecodeLimits, *, memory_mb: int, timeout_s: float) -> None:
        self._store = store
        self._limits = limits
        self._sandbox = Sandbox(FUNCTION, processes=1, memory_mb=memory_mb, timeout_s=timeout_s)
        self._stack = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._started = False
        self._kept: OrderedDict[tuple[str, int, int | None], PixelCut] = OrderedDict()

    async def __aenter__(self) -> Self:
        """Nothing is started yet.

        Returns
        -------
        LinearPixels
            Itself.
        """
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process if there is one."""
        await self._stack.aclose()

    async def cut(self, record: ImageRecord, side: int, band: int | None) -> PixelCut | None:
        """Pixels of one picture.

        Parameters
        ----------
        record : ImageRecord
            A picture.
        side : int
            Most pixels along the longer side.
        band : int or None
            Number of a plane; None for all.

        Returns
        -------
        PixelCut or None
            None when its original is not kept.

        Raises
        ------
        BadData
            If the file is no usable picture.
        """
        if record.sha256 is None or not record.has_blob:
            return None
        key = (record.sha256, side, band)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        await self._start()
        arguments = {
            "path": str(self._store.blobs.path(record.sha256)),
            "side": side,
            "band": band,
            "megapixels": self._limits.megapixels,
            "unpacked_mb": self._limits.unpacked_mb,
        }
        found = _read(await self._sandbox.run(arguments), record, band)
        self._keep(key, found)
        return found

    async def _start(self) -> None:
        async with self._starting:
            if not self._started:
                await self._stack.enter_async_context(self._sandbox)
                self._started = True

    def _keep(self, key: tuple[str, int, int | None], cut: PixelCut) -> None:
        self._kept[key] = cut
        while sum(one.planes.nbytes for one in self._kept.values()) > _KEPT_BYTES:
            self._kept.popitem(last=False)


def _read(reply: Reply, record: ImageRecord, band: int | None) -> PixelCut:
    values = reply.values
    names = record.offer.bands if len(record.offer.bands) == values["bands"] else ()
    place = values["tangent"]
    plane = None
    if place is not None:
        ra_deg, dec_deg, x, y, *matrix = (float(value) for value in place)
        plane = TangentPlane(
            ra_deg=ra_deg, dec_deg=dec_deg, x=x, y=y, matrix=(matrix[0], matrix[1], matrix[2], matrix[3])
        )
    return PixelCut(
        planes=reply.arrays["planes"],
        linear=bool(values["linear"]),
        unit=str(values["unit"]),
        bands=names if band is None else names[band : band + 1],
        width=int(values["width"]),
        height=int(values["height"]),
        factor=int(values["factor"]),
        pixel_scale_arcsec=values["pixel_scale_arcsec"] or record.offer.pixel_scale_arcsec,
        tangent=None if plane is None else plane.shrunk(int(values["factor"])),
    )
