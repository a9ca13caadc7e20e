"""Picture to network input: crop, resize, scale; the same code for inference and for training."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from astrolens.analyse.stretch import asinh_stretch
from astrolens.domain.image import Image
from astrolens.models.preprocessing import Preprocessing, Resampling

_FILTERS = {
    Resampling.BILINEAR: (Raster.Resampling.BILINEAR, 1.0),
    Resampling.BICUBIC: (Raster.Resampling.BICUBIC, 2.0),
    Resampling.LANCZOS: (Raster.Resampling.LANCZOS, 3.0),
}


def to_network_input(image: Image, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Make what the network sees of a picture.

    A survey's colour picture goes through exactly the steps of the model card: as 8-bit values, the central
    square of ``crop_fraction`` times the shorter side is resized with antialiasing, divided by 255, less the mean,
    over the standard deviation. Linear pixels are stretched first (`astrolens.analyse.stretch.asinh_stretch`).
    One band becomes three equal planes. Rows stay in the order of the file.

    Parameters
    ----------
    image : Image
        One or three bands; NaN is filled with the median of its band (raster) or the sky (linear).
    preprocessing : Preprocessing
        The steps.

    Returns
    -------
    ndarray of float32, shape (3, size, size)
        Finite.

    Raises
    ------
    ValueError
        If the picture has neither one nor three bands.
    """
    bands, height, width = image.pixels.shape
    if bands not in (1, 3):
        raise ValueError(f"the picture has {bands} bands; want 1 or 3")
    resampling, reach = _FILTERS[preprocessing.resampling]
    side = preprocessing.crop_fraction * min(height, width)
    left, upper = (width - side) / 2.0, (height - side) / 2.0
    # The filter reads this far beyond the square. A small picture stays whole, so that the box that PIL rounds
    # to single precision, and with it every tie of 8-bit rounding, is that of the card.
    small = side <= preprocessing.size
    margin = max(height, width) if small else ceil(reach * side / preprocessing.size) + 1
    column, row = max(0, floor(left) - margin), max(0, floor(upper) - margin)
    cut = image.pixels[:, row : ceil(upper + side) + margin, column : ceil(left + side) + margin]
    box = (left - column, upper - row, left - column + side, upper - row + side)
    if image.linear:
        planes = _resize_linear(cut, image.pixels, box, preprocessing.size, resampling)
    else:
        planes = _resize_raster(cut, image.pixels, box, preprocessing.size, resampling)
    if bands == 1:
        planes = np.broadcast_to(planes, (3, *planes.shape[1:]))
    mean = np.asarray(preprocessing.mean, dtype=np.float32)[:, None, None]
    std = np.asarray(preprocessing.std, dtype=np.float32)[:, None, None]
    return np.ascontiguousarray((planes - mean) / std)


def _resize_raster(
    cut: NDArray[np.float32],
    whole: NDArray[np.float32],
    box: tuple[float, float, float, float],
    size: int,
    resampling: Raster.Resampling,
) -> NDArray[np.float32]:
    """Planes in [0, 1] by way of 8-bit values."""
    if not np.isfinite(cut).all():
        cut = cut.copy()
        for plane, source in zip(cut, whole, strict=True):
            known = source[np.isfinite(source)]
            plane[~np.isfinite(plane)] = np.median(known) if known.size else 0.0
    eight_bit = np.rint(np.clip(cut, 0.0, 1.0) * 255.0).astype(np.uint8)
    picture = Raster.fromarray(eight_bit[0] if len(cut) == 1 else np.moveaxis(eight_bit, 0, -1).copy())
    small = np.asarray(picture.resize((size, size), resampling, box=box), dtype=np.float32) / np.float32(
        255.0
    )
    return small[None] if small.ndim == 2 else np.moveaxis(small, -1, 0)


def _resize_linear(
    cut: NDArray[np.float32],
    whole: NDArray[np.float32],
    box: tuple[float, float, float, float],
    size: int,
    resampling: Raster.Resampling,
) -> NDArray[np.float32]:
    """Planes in [0, 1] by way of the stretch, in floating point."""
    stretched = asinh_stretch(cut, sky_pixels=whole)
    planes = [
        np.asarray(Raster.fromarray(plane).resize((size, size), resampling, box=box)) for plane in stretched
    ]
    return np.clip(np.stack(planes), 0.0, 1.0)
