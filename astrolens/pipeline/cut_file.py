"""Decode a picture and shrink its pixels, in a limited process; imports little, because a person waits for it."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.download.tangent import tangent_of
from astrolens.pipeline.sandbox_wire import Reply

FUNCTION = "astrolens.pipeline.cut_file:cut_file"
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
