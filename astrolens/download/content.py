"""Whether there is a picture in the pixels: surveys answer blank tiles outside their footprint."""

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from astrolens.domain.errors import BadData
from astrolens.domain.image import QualityFlag

_LEAST_INFORMATION = 0.005
_EDGE_SHARE = 0.02
_SATURATED_SHARE = 0.001
_FLAT_SHARE = 0.7
_FEW = 500  # pixels that say about where a median lies
_DARKEST_PAPER = 32  # below, a stretch may have clipped a true sky to one level


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


def refuse_page(picture: PIL.Image.Image) -> None:
    """Refuse a tile that a server drew to say something, such as "no imaging here".

    A sky has noise: it is never exactly one bright level over most of a picture, paper behind words is.

    Parameters
    ----------
    picture : PIL.Image.Image
        8-bit levels, mode L or RGB.

    Raises
    ------
    BadData
        If in every band over 70 % of the pixels have exactly one level, and that is 32 or more in one of them.
    """
    if _is_varied(picture):
        return
    heights = np.asarray(picture.histogram()).reshape(-1, 256)
    levels = heights.argmax(axis=1)
    share = float(heights.max(axis=1).min()) / (picture.width * picture.height)
    if share > _FLAT_SHARE and int(levels.max()) >= _DARKEST_PAPER:
        colour = ", ".join(map(str, levels.tolist()))
        raise BadData(
            f"no sky but a page: {100 * share:.0f} % of the pixels have exactly the level {colour}; "
            "servers draw such tiles where they have no picture"
        )


def _is_varied(picture: PIL.Image.Image) -> bool:
    """Whether a part of the first band already shows that no level can hold so large a share of it.

    Of two pixels that differ one has another level: few pairs that agree, in the upper and lower half, are enough.
    """
    band = np.frombuffer(picture.tobytes("raw", picture.mode[0]), np.uint8)
    lines = band.reshape(picture.height, picture.width)
    others = (1.0 - _FLAT_SHARE) * band.size
    half = picture.height // 2
    if np.count_nonzero(lines[:half] == lines[half : 2 * half]) < half * picture.width - others:
        return True
    lines = lines[::2]
    most = max(PIL.Image.fromarray(np.ascontiguousarray(lines)).histogram())
    return most <= _FLAT_SHARE * band.size - (band.size - lines.size)


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
    wanted = (levels.size + 1) // 2
    if levels.dtype == np.uint8 and levels.size > _FEW:
        return _nearby_median(levels.astype(np.uint8, copy=False).reshape(-1), wanted)
    heights = np.bincount(levels.ravel(), minlength=count)
    return int(np.searchsorted(np.cumsum(heights), wanted))


def _nearby_median(levels: NDArray[np.uint8], wanted: int) -> int:
    """Least level that ``wanted`` pixels do not exceed: counted from the median of a few of them on."""
    some = np.sort(levels[:: levels.size // _FEW])
    level = int(some[some.size // 2])
    while np.count_nonzero(levels <= level) < wanted:
        level += 1
    while level > 0 and np.count_nonzero(levels < level) >= wanted:
        level -= 1
    return level


def _empty_edge(empty: NDArray[np.bool_]) -> bool:
    """Whether one of the four strips along the borders holds nothing."""
    tall, wide = (max(2, int(_EDGE_SHARE * length)) for length in empty.shape)
    strips = (empty[:tall], empty[-tall:], empty[:, :wide], empty[:, -wide:])
    return any(strip.all() for strip in strips)
