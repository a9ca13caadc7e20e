"""Pictures with known shapes for the tests of this room."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from astrolens.domain.image import Image, MediaType

SIZE = 121
_PARTS = (-0.4, -0.2, 0.0, 0.2, 0.4)


def sersic(
    *,
    index: float = 1.0,
    radius: float = 10.0,
    ellipticity: float = 0.0,
    angle: float = 0.0,
    light: float = 30.0,
    row: float = 0.0,
    column: float = 0.0,
    size: int = SIZE,
) -> NDArray[np.float64]:
    """A Sersic profile about the middle (moved by row, column), blurred by 1.2 px; ``light`` at the radius."""
    middle = (size - 1) / 2.0
    rows, columns = np.mgrid[:size, :size].astype(float)
    steepness = 2.0 * index - 1.0 / 3.0 + 0.009876 / index
    total = np.zeros((size, size))
    for down in _PARTS:
        for right in _PARTS:
            y, x = rows - middle - row + down, columns - middle - column + right
            along = x * np.cos(angle) + y * np.sin(angle)
            across = (y * np.cos(angle) - x * np.sin(angle)) / (1.0 - ellipticity)
            distance = np.hypot(along, across) / radius
            total += light * np.exp(-steepness * (distance ** (1.0 / index) - 1.0)) / len(_PARTS) ** 2
    return np.asarray(ndimage.gaussian_filter(total, 1.2))


def noise(sigma: float, size: int = SIZE, seed: int = 0) -> NDArray[np.float64]:
    """White noise."""
    return np.random.default_rng(seed).normal(0.0, sigma, (size, size))


def picture(
    plane: NDArray[np.floating], *, linear: bool = True, pixel_scale_arcsec: float | None = None
) -> Image:
    """A picture of one or more planes; NaN is masked."""
    pixels = np.array(plane if plane.ndim == 3 else plane[None], dtype=np.float32)
    return Image(
        pixels=pixels,
        mask=np.asarray(~np.isfinite(pixels).any(axis=0)),
        media_type=MediaType.FITS if linear else MediaType.PNG,
        linear=linear,
        pixel_scale_arcsec=pixel_scale_arcsec,
    )
