"""Whether there is a picture in the pixels: surveys answer blank tiles outside their footprint."""

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.errors import BadData
from astrolens.domain.image import QualityFlag

_LEAST_INFORMATION = 0.005
_EDGE_SHARE = 0.02
_SATURATED_SHARE = 0.001


def content_flags(different: NDArray[np.bool_], empty: NDArray[np.bool_], usual_share: float) -> QualityFlag:
    """Refuse a blank picture and flag a half-empty one.

    Parameters
    ----------
    different : ndarray of bool, shape (row, column)
        True where a pixel is trusted and differs from the picture's most common level.
    empty : ndarray of bool, shape (row, column)
        True where a survey puts what it has not imaged: black, or no value.
    usual_share : float
        Smallest share of different pixels in an ordinary picture, in [0, 1].

    Returns
    -------
    QualityFlag
        ``MOSTLY_EMPTY`` and ``TRUNCATED_FIELD`` where they hold.

    Raises
    ------
    BadData
        If under 0.5 % of the pixels differ.
    """
    share = float(np.count_nonzero(different)) / different.size
    if share < _LEAST_INFORMATION:
        raise BadData(
            f"blank: {100 * share:.2g} % of the pixels differ from one level; "
            "probably outside the survey's footprint"
        )
    flags = QualityFlag.NONE
    if share < usual_share:
        flags |= QualityFlag.MOSTLY_EMPTY
    if _empty_edge(empty):
        flags |= QualityFlag.TRUNCATED_FIELD
    return flags


def saturation_flag(saturated: NDArray[np.bool_]) -> QualityFlag:
    """Flag a picture with blown-out pixels.

    Parameters
    ----------
    saturated : ndarray of bool, shape (row, column)
        True where every band is at its top.

    Returns
    -------
    QualityFlag
        ``SATURATED`` when over 0.1 % of the pixels are.
    """
    share = float(np.count_nonzero(saturated)) / saturated.size
    return QualityFlag.SATURATED if share > _SATURATED_SHARE else QualityFlag.NONE


def median_level(levels: NDArray[np.integer], count: int) -> int:
    """Median of small whole numbers.

    Parameters
    ----------
    levels : ndarray of int
        Any shape, values in [0, count).
    count : int
        How many different values there can be.

    Returns
    -------
    int
        The lower median.
    """
    if levels.dtype == np.uint8 and levels.ndim == 2:
        heights = np.asarray(PIL.Image.fromarray(levels).histogram())
    else:
        heights = np.bincount(levels.ravel(), minlength=count)
    return int(np.searchsorted(np.cumsum(heights), (levels.size + 1) // 2))


def _empty_edge(empty: NDArray[np.bool_]) -> bool:
    for axis in (0, 1):
        filled = np.flatnonzero(~empty.all(axis=1 - axis))
        length = empty.shape[axis]
        most = max(2, int(_EDGE_SHARE * length))
        if filled.size == 0 or filled[0] >= most or length - 1 - filled[-1] >= most:
            return True
    return False
