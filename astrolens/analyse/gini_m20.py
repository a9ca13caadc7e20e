"""How unequally the light is shared, and how far out its brightest fifth lies."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from astrolens.analyse.radii import Ellipse, distances
from astrolens.analyse.smoothing import gaussian

SMOOTHING_PETROSIAN = 0.2
TRUNCATE = 3.0
_EIGHT = np.ones((3, 3), dtype=np.bool_)


def petrosian_segment(
    values: NDArray[np.float32], ellipse: Ellipse, petrosian: float
) -> NDArray[np.bool_] | None:
    """Pixels brighter, after smoothing, than the mean on the Petrosian ellipse.

    Parameters
    ----------
    values : ndarray of float32, shape (row, column)
        Sky subtracted; 0 where bad.
    ellipse : Ellipse
        Centre and shape of the object.
    petrosian : float
        Elliptical Petrosian radius (semi-major axis) in pixels.

    Returns
    -------
    ndarray of bool, shape (row, column), or None
        The connected part that holds the brightest smoothed pixel; None when there is none or all pixels belong.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, section 3.1.
    """
    smooth = gaussian(values, SMOOTHING_PETROSIAN * petrosian, TRUNCATE, mirrored=False)
    distance = distances(values.shape, ellipse)
    ring = np.abs(distance - np.float32(petrosian)) <= np.float32(0.5)
    if not ring.any():
        return None
    above = smooth >= smooth[ring].mean()
    if above.all():
        return None
    labels, _ = ndimage.label(above, structure=_EIGHT)
    return np.asarray(labels == labels.reshape(-1)[int(np.argmax(smooth))])


def gini(values: NDArray[np.float32]) -> float:
    """Gini coefficient of the light of an object's pixels.

    Parameters
    ----------
    values : ndarray of float32, shape (n,)
        Sky-subtracted pixels of the segment.

    Returns
    -------
    float
        0 when all are equal, 1 when one holds everything; NaN for fewer than two pixels or no light.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, eq. 6 (absolute values).
    """
    ordered = np.sort(np.abs(values)).astype(np.float64)
    count = ordered.size
    if count < 2 or not ordered.sum() > 0.0:
        return float("nan")
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(weights @ ordered / ((count - 1) * ordered.sum()))


def m20(values: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> float:
    """Second moment of the brightest 20 % of the light over that of all of it, as log10.

    Parameters
    ----------
    values : ndarray of float32, shape (n,)
        Sky-subtracted pixels of the segment.
    rows, columns : ndarray of int, shape (n,)
        Where they are.

    Returns
    -------
    float
        Negative; NaN when a moment is not positive.

    References
    ----------
    .. [1] Lotz et al. (2004), AJ 128, 163, eqs. 7 and 8.
    """
    light = values.astype(np.float64)
    total = light.sum()
    if not total > 0.0:
        return float("nan")
    row, column = light @ rows / total, light @ columns / total
    moment = light * ((rows - row) ** 2 + (columns - column) ** 2)
    order = np.argsort(light)[::-1]
    threshold = light[order][int(np.searchsorted(np.cumsum(light[order]), 0.2 * total))]
    brightest, everything = float(moment[light >= threshold].sum()), float(moment.sum())
    if brightest <= 0.0 or everything <= 0.0:
        return float("nan")
    return float(np.log10(brightest / everything))
