"""GET /images/{id}/pixels: the numbers behind a picture, for viewers with stretches of their own."""

import asyncio
from base64 import b64encode

from aiohttp import web

from astrolens.api.images import existing
from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.subject import Subject, get
from astrolens.api.wire_pixels import PixelsReply, TangentRow
from astrolens.domain.pixels import PixelCut

DEFAULT_SIDE = 256
MOST_SIDE = 1024
_LEAST_SIDE = 16
_MOST_BANDS = 3


class PixelHandlers(Subject):
    """Answers of ``/images/{id}/pixels``."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        side = Parameter(
            name="side",
            words="Most pixels along the longer side; whole blocks are averaged.",
            kind=ParameterKind.INTEGER,
            default=DEFAULT_SIDE,
            minimum=_LEAST_SIDE,
            maximum=MOST_SIDE,
        )
        band = Parameter(
            name="band",
            words="Number of one plane, from 0; all planes when it is not given.",
            kind=ParameterKind.INTEGER,
            minimum=0,
            maximum=_MOST_BANDS - 1,
        )
        return [
            get(
                "/images/{id}/pixels",
                self._pixels,
                PixelsReply,
                "The numbers behind a picture, made small, upper row first, and where they point.",
                parameters=(side, band),
                errors=(404, 422),
            )
        ]

    async def _pixels(self, asked: Asked) -> web.StreamResponse:
        await existing(self._context.store, asked.number)
        cut = await self._context.control.pixels(
            asked.number, side=asked.query["side"], band=asked.query["band"]
        )
        if cut is None:
            raise web.HTTPNotFound(text=f"the original of image {asked.number} is not kept here")
        return json_reply(await asyncio.to_thread(pixels_row, asked.number, cut))


def pixels_row(image_id: int, cut: PixelCut) -> PixelsReply:
    """Pixels as they cross the socket.

    Parameters
    ----------
    image_id : int
        Whose.
    cut : PixelCut
        The pixels; little-endian.

    Returns
    -------
    PixelsReply
        JSON-able.
    """
    reply = PixelsReply(
        image_id=image_id,
        linear=cut.linear,
        unit=cut.unit,
        bands=list(cut.bands),
        width=cut.width,
        height=cut.height,
        factor=cut.factor,
        pixel_scale_arcsec=cut.pixel_scale_arcsec,
        shape=list(cut.planes.shape),
        dtype=cut.planes.dtype.str,
        data=b64encode(cut.planes.tobytes()).decode("ascii"),
    )
    if (plane := cut.tangent) is not None:
        reply["tangent"] = TangentRow(
            ra_deg=plane.ra_deg, dec_deg=plane.dec_deg, x=plane.x, y=plane.y, matrix=list(plane.matrix)
        )
    return reply
