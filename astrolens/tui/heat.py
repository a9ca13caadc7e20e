"""A heat map over a picture: grey where it looks like its source's normals, glowing where it does not."""

import numpy as np
from numpy.typing import NDArray

from astrolens.api.wire_verdict import HeatRow
from astrolens.domain.errors import BadData
from astrolens.tui.picture import Pixels

_COOL, _HOT = 0.5, 1.0  # shares of the normals' parts that are less odd
_STRONGEST = 0.85  # so that the picture shines through
_GLOW = ((0.0, (90, 20, 0)), (0.6, (220, 90, 0)), (1.0, (255, 210, 60)))


def warmed(pixels: Pixels, heat: HeatRow, *, over_picture: bool) -> Pixels:
    """The picture under its heat map; the map alone where cells are too coarse for both. Blocks a little."""
    height, width = pixels.shape[:2]
    return glowing(pixels, heat_shares((height, width), heat), over_picture=over_picture)


def glowing(pixels: Pixels, share: NDArray[np.float32], *, over_picture: bool) -> Pixels:
    """The picture under a map of the same size; the map alone where cells are too coarse for both."""
    if not over_picture:
        return np.repeat((255 * np.clip(share, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    strength = np.clip((share - _COOL) / (_HOT - _COOL), 0.0, 1.0)[..., None]
    grey = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    stops = [stop for stop, _ in _GLOW]
    bands = [np.interp(strength[..., 0], stops, [colour[band] for _, colour in _GLOW]) for band in range(3)]
    mixed = grey[..., None] * (1 - _STRONGEST * strength) + np.stack(bands, -1) * _STRONGEST * strength
    out: Pixels = np.clip(mixed, 0, 255).astype(np.uint8)
    return out


def heat_shares(shape: tuple[int, int], heat: HeatRow) -> NDArray[np.float32]:
    """The map at the size (rows, columns) of a picture; 0 outside of its box."""
    from PIL import Image

    values = np.array(heat["values"], dtype=np.float32)
    if values.ndim != 2 or values.size == 0 or len(heat["box"]) != 4:
        raise BadData("the heat map cannot be read; the daemon is of another version")
    height, width = shape
    left, upper, right, lower = (
        int(np.clip(round(edge * side), 0, side))
        for edge, side in zip(heat["box"], (width, height, width, height), strict=True)
    )
    out = np.zeros((height, width), dtype=np.float32)
    if right > left and lower > upper:
        picture = Image.fromarray(values).resize((right - left, lower - upper), Image.Resampling.BILINEAR)
        out[upper:lower, left:right] = np.asarray(picture)
    return out
