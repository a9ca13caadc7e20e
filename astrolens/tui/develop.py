"""A negative made into a picture: the part is cut out, brought to size, stretched, coloured. Plain numpy."""

import numpy as np
from numpy.typing import NDArray

from astrolens.api.wire_verdict import HeatRow
from astrolens.tui.colours.maps import ColourMap, coloured, levels
from astrolens.tui.heat import glowing
from astrolens.tui.look import Look, View
from astrolens.tui.negative import TOGETHER, Negative
from astrolens.tui.picture import Pixels
from astrolens.tui.scene import Scene
from astrolens.tui.stretch.curves import Shares
from astrolens.tui.stretch.tone import toned

_SQUARES_FROM = 4.0  # half cells a pixel from which pixels are shown as squares


def develop(
    scene: Scene,
    view: View,
    columns: int,
    lines: int,
    *,
    heat: HeatRow | None = None,
    over_picture: bool = True,
) -> Pixels:
    """Levels (line, column, 3) of a scene on a grid of pixels. Blocks for some milliseconds."""
    negative = scene.negative
    look = view.look(linear=negative.cut.linear)
    bands = shown_bands(negative, view.band)
    planes = [
        _shades(negative, resampled(scene, negative.planes[band], columns, lines), band, look, len(bands))
        for band in bands
    ]
    pixels = _colours(planes, look, linear=negative.cut.linear)
    if heat is None:
        return pixels
    share = resampled(scene, negative.heat(heat), columns, lines)
    return glowing(pixels, share, over_picture=over_picture)


def shown_bands(negative: Negative, band: int | None) -> list[int]:
    """Numbers of the planes that are seen."""
    count = len(negative.planes)
    return list(range(count)) if band is None else [band % count]


def resampled(scene: Scene, plane: NDArray[np.float32], columns: int, lines: int) -> NDArray[np.float32]:
    """The seen part of one plane on a grid: means where it shrinks, squares where it grows much."""
    from PIL import Image

    turned = scene.orientation.turned(plane)
    left, upper, right, lower = scene.box
    grown = columns / (right - left)
    whole = (left, upper, right, lower) == (0.0, 0.0, turned.shape[1], turned.shape[0])
    if whole and turned.shape == (lines, columns):
        return np.ascontiguousarray(turned)
    method = Image.Resampling.BOX if grown <= 1.0 or grown >= _SQUARES_FROM else Image.Resampling.BILINEAR
    picture = Image.fromarray(np.ascontiguousarray(turned))
    return np.asarray(picture.resize((columns, lines), method, box=scene.box), dtype=np.float32)


def _shades(negative: Negative, values: NDArray[np.float32], band: int, look: Look, count: int) -> Shares:
    together = count > 1 and not negative.cut.linear
    share = negative.shades(values, TOGETHER if together else band, look.stretch, look.limits)
    return toned(share, bias=look.bias, contrast=look.contrast, inverted=look.inverted)


def _colours(planes: list[Shares], look: Look, *, linear: bool) -> Pixels:
    if len(planes) == 3 and look.colours is ColourMap.OWN:
        # By custom the last band of a survey's file is the reddest.
        return np.stack([levels(plane) for plane in (planes[::-1] if linear else planes)], axis=-1)
    shade: Shares = planes[0] if len(planes) == 1 else np.stack(planes).mean(axis=0, dtype=np.float32)
    return coloured(shade, look.colours)
