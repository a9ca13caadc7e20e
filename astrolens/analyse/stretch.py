"""Linear flux to picture values in [0, 1], as survey colour pictures are made."""

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.background import sky_of

SKY_OFFSET_SIGMA = 2.0
SOFTENING_SIGMA = 3.0
FAINTEST_WHITE_SIGMA = 30.0
WHITE_QUANTILE = 0.998
MOST_SIGMA = 1e6


def asinh_stretch(
    pixels: NDArray[np.float32], sky_pixels: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Bring linear planes to [0, 1], the sky near black and the object's core near white.

    With x = (value - sky) / scatter + 2 in each plane and I the mean of the planes, the brightness is
    f(I) = asinh(I / 3) / asinh(w / 3), w being the 99.8 % quantile of I but at least 30; each plane becomes
    x f(I) / I and a pixel with a plane above 1 is divided by that plane, so that colours survive (eqs. 1 and 2
    of the reference, with the softening stated in units of the sky scatter).

    Parameters
    ----------
    pixels : ndarray of float32, shape (band, row, column)
        Any unit; NaN where unknown.
    sky_pixels : ndarray of float32, shape (band, row, column), or None
        Planes that sky level and scatter are taken from; None: ``pixels`` itself.

    Returns
    -------
    ndarray of float32, shape (band, row, column)
        In [0, 1]; what was NaN has the value of the sky.

    References
    ----------
    .. [1] Lupton et al. (2004), PASP 116, 133.
    """
    planes = np.empty(pixels.shape, dtype=np.float32)
    for band, plane in enumerate(pixels):
        sky = sky_of(plane if sky_pixels is None else sky_pixels[band])
        scatter = sky.sigma if sky.sigma > 0.0 else 1.0
        with np.errstate(over="ignore", invalid="ignore"):
            level = (plane.astype(np.float64) - sky.level) / scatter + SKY_OFFSET_SIGMA
        planes[band] = np.clip(np.where(np.isfinite(plane), level, SKY_OFFSET_SIGMA), 0.0, MOST_SIGMA)
    brightness = planes.mean(axis=0)
    white = max(float(np.quantile(brightness, WHITE_QUANTILE)), FAINTEST_WHITE_SIGMA)
    shown = np.arcsinh(brightness / SOFTENING_SIGMA) / np.arcsinh(white / SOFTENING_SIGMA)
    planes *= (shown / np.maximum(brightness, 1e-6)).astype(np.float32)
    planes /= np.maximum(planes.max(axis=0), 1.0)
    return planes
