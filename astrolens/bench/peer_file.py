"""What a limited child measures of one file for the reference methods."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from astrolens.bench.ellipse import ellipse_features
from astrolens.domain.image import Image
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.pipeline.sandbox_wire import Reply

FUNCTION = "astrolens.bench.peer_file:measure_peer"
SIDE = 64


def measure_peer(arguments: Mapping[str, Any]) -> Reply:
    """Measure one file; runs in the child.

    Parameters
    ----------
    arguments : Mapping of str to object
        ``path`` and ``megapixels``.

    Returns
    -------
    Reply
        Arrays ``ellipse`` (30 numbers), ``centre`` and ``half`` (64 x 64 x 3 pixels each).

    Raises
    ------
    BadData
        If the file is no usable picture.
    """
    image = read_image(Path(arguments["path"]), DecodeLimits(megapixels=arguments["megapixels"]))
    picture = _as_raster(image)
    width, height = picture.size
    side = min(width, height)
    return Reply(
        arrays={
            "ellipse": ellipse_features(image.pixels),
            "centre": _crop(picture, SIDE),
            "half": _crop(picture, side // 2),
        }
    )


def _as_raster(image: Image) -> Raster.Image:
    pixels = np.nan_to_num(image.pixels)
    if image.linear:
        low, high = np.quantile(pixels, [0.01, 0.995])
        pixels = (pixels - low) / max(float(high - low), 1e-12)
    planes = np.broadcast_to(pixels, (3, *pixels.shape[1:]))
    shown = np.rint(np.clip(planes, 0.0, 1.0) * 255.0).astype(np.uint8)
    return Raster.fromarray(np.ascontiguousarray(np.moveaxis(shown, 0, -1)))


def _crop(picture: Raster.Image, side: int) -> NDArray[np.uint8]:
    """Central square as 64 x 64 pixels; what lies outside the picture is black."""
    width, height = picture.size
    left, top = (width - side) // 2, (height - side) // 2
    part = picture.crop((left, top, left + side, top + side))
    if side != SIDE:
        part = part.resize((SIDE, SIDE), Raster.Resampling.BILINEAR, reducing_gap=None)
    return np.asarray(part, np.uint8)
