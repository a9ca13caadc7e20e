"""Picture to network input: crop, resize, scale; the same code for inference and for training."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from astrolens.analyse.crop import crop_box
from astrolens.analyse.stretch import asinh_stretch
from astrolens.domain.image import Image
from astrolens.models.preprocessing import Preprocessing, Resampling

LARGEST_CANVAS_PX = 4_000_000
_FILTERS = {
    Resampling.BILINEAR: (Raster.Resampling.BILINEAR, 1.0),
    Resampling.BICUBIC: (Raster.Resampling.BICUBIC, 2.0),
    Resampling.LANCZOS: (Raster.Resampling.LANCZOS, 3.0),
}


def to_network_input(
    image: Image, preprocessing: Preprocessing, radius: float = np.nan, picture: Raster.Image | None = None
) -> NDArray[np.float32]:
    """Make what the network sees of a picture.

    A survey's colour picture goes through exactly the steps of the model card: as 8-bit values, the central
    square (`astrolens.analyse.crop.crop_box`) is resized with antialiasing, divided by 255, less the mean,
    over the standard deviation (above 4 megapixels rare values differ by one level of 255). Linear pixels are stretched first (`astrolens.analyse.stretch.asinh_stretch`).
    One band becomes three equal planes. Rows stay in the order of the file.

    Parameters
    ----------
    image : Image
        One or three bands; NaN is filled with the median of its band (raster) or the sky (linear).
    preprocessing : Preprocessing
        The steps.
    radius : float
        Of the central object in pixels, where the crop follows it; NaN: unknown.
    picture : PIL.Image.Image or None
        A raster as it was decoded, in 8 bits, where it is at hand: the same numbers in half the time.

    Returns
    -------
    ndarray of float32, shape (3, size, size)
        Finite.

    Raises
    ------
    ValueError
        If the picture has neither one nor three bands.
    """
    return standardised(
        to_levels(image, preprocessing, radius, picture), preprocessing.mean, preprocessing.std
    )


def to_levels(
    image: Image, preprocessing: Preprocessing, radius: float = np.nan, picture: Raster.Image | None = None
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Do all steps but the last, `standardised`: a raster then travels in a quarter of the bytes.

    Parameters
    ----------
    image : Image
        As for `to_network_input`.
    preprocessing : Preprocessing
        The steps.
    radius : float
        As for `to_network_input`.
    picture : PIL.Image.Image or None
        As for `to_network_input`.

    Returns
    -------
    ndarray of uint8 or float32, shape (band, size, size)
        A raster in 8 bits, linear pixels in [0, 1].

    Raises
    ------
    ValueError
        If the picture has neither one nor three bands.
    """
    bands, height, width = image.pixels.shape
    if bands not in (1, 3):
        raise ValueError(f"the picture has {bands} bands; want 1 or 3")
    resampling, reach = _FILTERS[preprocessing.resampling]
    kept = crop_box(height, width, preprocessing, radius)
    side, left, upper = kept.right - kept.left, kept.left, kept.upper
    if picture is not None and not image.linear and height * width <= LARGEST_CANVAS_PX:
        parts, box = [picture], (left, upper, left + side, upper + side)
    else:
        parts, box = _cut_out(image, (left, upper, side), reach, preprocessing.size)
    return _resized(parts, box, preprocessing.size, resampling)


def standardised(
    levels: NDArray[np.uint8] | NDArray[np.float32],
    mean: tuple[float, float, float],
    std: tuple[float, float, float],
) -> NDArray[np.float32]:
    """Take the last step: bring levels to the scale that the network knows.

    Parameters
    ----------
    levels : ndarray of uint8 or float32, shape (band, size, size)
        From `to_levels`; one or three bands.
    mean, std : tuple of float
        Of `Preprocessing`.

    Returns
    -------
    ndarray of float32, shape (3, size, size)
        As `to_network_input` says.
    """
    planes: NDArray[np.float32] = np.empty((3, *levels.shape[1:]), np.float32)
    planes[:] = levels
    if levels.dtype == np.uint8:
        planes /= np.float32(255.0)
    planes -= np.asarray(mean, dtype=np.float32)[:, None, None]
    planes /= np.asarray(std, dtype=np.float32)[:, None, None]
    return planes


def _cut_out(
    image: Image, square: tuple[float, float, float], reach: float, size: int
) -> tuple[list[Raster.Image], tuple[float, float, float, float]]:
    """What the filter reads of a picture, and the box to be resized in it."""
    _, height, width = image.pixels.shape
    left, upper, side = square
    # The filter reads this far beyond the square that it resizes.
    margin = ceil(reach * max(1.0, side / size)) + 1
    rows = slice(max(0, floor(upper) - margin), min(height, ceil(upper + side) + margin))
    columns = slice(max(0, floor(left) - margin), min(width, ceil(left + side) + margin))
    shown: NDArray[np.float32] | NDArray[np.uint8]
    if image.linear:
        shown = asinh_stretch(image.pixels[:, rows, columns], sky_pixels=image.pixels)
    else:
        shown = _eight_bit(image.pixels, rows, columns)
    # PIL keeps a box in single precision: on a canvas of the picture's own size its 8-bit rounding is the card's.
    canvas, corner = (width, height), (columns.start, rows.start)
    if height * width > LARGEST_CANVAS_PX:
        canvas, corner = shown.shape[:0:-1], (0, 0)
        left, upper = left - columns.start, upper - rows.start
    box = (left, upper, left + side, upper + side)
    return [_on_canvas(part, canvas, corner) for part in _pictures(shown)], box


def _eight_bit(pixels: NDArray[np.float32], rows: slice, columns: slice) -> NDArray[np.uint8]:
    """Part of a raster as the 8-bit values that it was decoded from."""
    part = pixels[:, rows, columns]
    if not np.isfinite(part).all():
        part = part.copy()
        for plane, whole in zip(part, pixels, strict=True):
            known = whole[np.isfinite(whole)]
            plane[~np.isfinite(plane)] = np.median(known) if known.size else 0.0
    eight_bit: NDArray[np.uint8] = np.rint(np.clip(part, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)
    return eight_bit


def _pictures(planes: NDArray[np.uint8] | NDArray[np.float32]) -> list[Raster.Image]:
    """One colour picture of three 8-bit planes, or a picture of each plane."""
    if planes.dtype == np.uint8 and len(planes) == 3:
        return [Raster.fromarray(np.ascontiguousarray(np.moveaxis(planes, 0, -1)))]
    return [Raster.fromarray(plane) for plane in planes]


def _on_canvas(part: Raster.Image, size: tuple[int, ...], corner: tuple[int, int]) -> Raster.Image:
    """A part of a picture in its place on an otherwise black one."""
    if part.size == size:
        return part
    canvas = Raster.new(part.mode, (size[0], size[1]))
    canvas.paste(part, corner)
    return canvas


def _resized(
    pictures: list[Raster.Image],
    box: tuple[float, float, float, float],
    size: int,
    resampling: Raster.Resampling,
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Planes of shape (band, size, size)."""
    resized = [np.asarray(picture.resize((size, size), resampling, box=box)) for picture in pictures]
    small = np.stack(resized) if resized[0].ndim == 2 else np.moveaxis(resized[0], -1, 0)
    if small.dtype == np.uint8:
        return small
    return np.asarray(np.clip(small, 0.0, 1.0), dtype=np.float32)
