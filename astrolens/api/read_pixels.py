"""The other end of ``GET /images/{id}/pixels``: a reply put back into arrays. Needs no server."""

from base64 import b64decode
from math import prod

import numpy as np

from astrolens.api.wire_pixels import PixelsReply
from astrolens.domain.errors import BadData
from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane

_DTYPES = ("<f4", "<f2")
_MOST_PIXELS = 3 * 1024 * 1024


def read_pixels(reply: PixelsReply) -> PixelCut:
    """Put a reply back into arrays.

    Parameters
    ----------
    reply : PixelsReply
        What the daemon said.

    Returns
    -------
    PixelCut
        With read-only planes.

    Raises
    ------
    BadData
        If its members do not fit together.
    """
    try:
        planes, rows, columns = (int(length) for length in reply["shape"])
        count = prod((planes, rows, columns))
        if reply["dtype"] not in _DTYPES or not 0 < count <= _MOST_PIXELS or min(planes, rows, columns) < 1:
            raise ValueError(f"{reply['dtype']!r} {reply['shape']}")
        dtype = np.dtype(reply["dtype"])
        content = b64decode(reply["data"], validate=True)
        if len(content) != count * dtype.itemsize:
            raise ValueError(f"{len(content)} bytes for {count} numbers")
        return PixelCut(
            planes=np.frombuffer(content, dtype=dtype).reshape(planes, rows, columns),
            linear=bool(reply["linear"]),
            unit=str(reply["unit"]),
            bands=tuple(str(name) for name in reply["bands"]),
            width=int(reply["width"]),
            height=int(reply["height"]),
            factor=int(reply["factor"]),
            pixel_scale_arcsec=reply["pixel_scale_arcsec"],
            tangent=_plane(reply),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(
            f"the pixels cannot be read: {error}; the daemon is of another version, restart it"
        ) from error


def _plane(reply: PixelsReply) -> TangentPlane | None:
    row = reply.get("tangent")
    if row is None:
        return None
    xi_x, xi_y, eta_x, eta_y = (float(slope) for slope in row["matrix"])
    return TangentPlane(
        ra_deg=float(row["ra_deg"]), dec_deg=float(row["dec_deg"]), x=float(row["x"]), y=float(row["y"]),
        matrix=(xi_x, xi_y, eta_x, eta_y),
    )  # fmt: skip
