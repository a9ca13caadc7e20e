"""Small arrays of the pixels themselves, for a person who wants to stretch a picture in another way."""

import asyncio
import logging
from collections import OrderedDict
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane
from astrolens.download.limits import DecodeLimits
from astrolens.pipeline.cut_file import FUNCTION
from astrolens.pipeline.sandbox import Reply, Sandbox
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_KEPT_BYTES = 32 * 2**20


class LinearPixels:
    """Decodes pictures for viewers, in a limited process that starts when somebody looks.

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

    async def get_ready(self) -> None:
        """Start the process before it is needed: loading takes it seconds on a busy machine."""
        try:
            await self._start()
        except OSError as error:
            log.warning("the process that decodes pictures for viewers does not start yet: %s", error)

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
