"""Cells of equal area on the sphere: HEALPix in its nested numbering."""

from math import floor, log2, radians, sqrt

import numpy as np
from numpy.typing import NDArray

DEEPEST_ORDER = 29  # what MOC files number their ranges in
FINEST_FIELD_ORDER = 20  # cells of 0.2 arcsec
_SPACING = 0.81  # radians times nside between neighbouring centres: at least 0.8165, next to the poles
_FACE_ROW = np.array([2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4], dtype=np.int64)
_FACE_COLUMN = np.array([1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7], dtype=np.int64)


def order_for_field(side_arcsec: float) -> int:
    """Finest order at which square pictures on the centres of two cells never overlap.

    Parameters
    ----------
    side_arcsec : float
        Side of a picture, greater than 0; it may stand at any angle.

    Returns
    -------
    int
        From 0 to 20. Neighbouring centres are at least as far apart as the diagonal of a picture, as long as
        that is less than 46 degrees.

    Raises
    ------
    ValueError
        If the side is not above 0.
    """
    if not side_arcsec > 0:
        raise ValueError(f"side_arcsec is {side_arcsec!r}; it must be above 0")
    nside = _SPACING / (sqrt(2.0) * radians(side_arcsec / 3600.0))
    return min(max(0, floor(log2(nside))), FINEST_FIELD_ORDER)


def centres(order: int, cells: NDArray[np.uint64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions of the centres of nested cells.

    Parameters
    ----------
    order : int
        From 0 to 29; the sphere has 12 * 4**order cells.
    cells : ndarray of uint64, shape (n,)
        Their numbers.

    Returns
    -------
    tuple of ndarray of float64, shape (n,)
        Right ascension in [0, 360) and declination in [-90, 90], degrees.

    References
    ----------
    .. [1] Gorski et al. (2005), ApJ 622, 759, section 4.1 and equations 4 to 9.
    """
    face = (cells >> np.uint64(2 * order)).astype(np.int64)
    inside = cells & np.uint64(4**order - 1)
    x, y = _even_bits(inside), _even_bits(inside >> np.uint64(1))
    nside = np.int64(1) << np.int64(order)
    ring = _FACE_ROW[face] * nside - x - y - 1
    north, south = ring < nside, ring > 3 * nside
    length = np.where(north, ring, np.where(south, 4 * nside - ring, nside))  # a quarter of the ring's cells
    shifted = np.where(north | south, 0, (ring - nside) & 1)
    place = (_FACE_COLUMN[face] * length + x - y + 1 + shifted) // 2
    right_ascension = (place - 0.5 * (shifted + 1)) * (90.0 / length)
    # From the pole: 1 - cos is too small for a float to hold the angle of the first rings.
    from_pole = np.degrees(2.0 * np.arcsin(length / (float(nside) * sqrt(6.0))))
    flat = np.degrees(np.arcsin(np.clip((2.0 * nside - ring) * 2.0 / (3.0 * nside), -1.0, 1.0)))
    declination = np.where(north, 90.0 - from_pole, np.where(south, from_pole - 90.0, flat))
    return np.mod(right_ascension, 360.0), declination


def middle_at_deepest(order: int, cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Cell of the deepest order that touches the centre of a cell from the north.

    Parameters
    ----------
    order : int
        From 0 to 28.
    cells : ndarray of uint64, shape (n,)
        Numbers at that order.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Numbers at order 29: of four children the last, of that always the first.
    """
    return (cells << np.uint64(2 * (DEEPEST_ORDER - order))) + np.uint64(
        3 << (2 * (DEEPEST_ORDER - order - 1))
    )


def _even_bits(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Every second bit, closed up: x of a Morton number."""
    bits = numbers & np.uint64(0x5555555555555555)
    for shift, mask in (
        (1, 0x3333333333333333), (2, 0x0F0F0F0F0F0F0F0F), (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF),
    ):  # fmt: skip
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(mask)
    return bits.astype(np.int64)
