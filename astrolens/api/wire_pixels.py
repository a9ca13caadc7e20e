"""What crosses the socket when a viewer asks for pixels."""

from typing import NotRequired, TypedDict


class TangentRow(TypedDict):
    """Where pixels point: a TAN projection with straight axes, pixels counted from 0 at the upper left."""

    ra_deg: float  # ICRS position of the tangent point
    dec_deg: float
    x: float  # pixel of the tangent point, to the right
    y: float  # and down
    matrix: list[float]  # xi_x, xi_y, eta_x, eta_y in degrees a pixel; xi to the east, eta to the north


class PixelsReply(TypedDict):
    """GET /images/{id}/pixels: a small picture as numbers, upper row first."""

    image_id: int
    linear: bool  # proportional to flux; else levels of a raster, 0 to 255
    unit: str
    bands: list[str]  # names of the planes, or none
    width: int  # of the whole picture
    height: int
    factor: int  # so many of its pixels on a side became one
    pixel_scale_arcsec: float | None  # of the whole picture
    shape: list[int]  # plane, row, column
    dtype: str  # "<f4" (linear; NaN where nothing can be trusted) or "<f2" (raster)
    data: str  # base64 of the numbers, little-endian, last axis fastest
    tangent: NotRequired[TangentRow]  # for the pixels of this reply; absent when the file does not say
