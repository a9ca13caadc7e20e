"""Areas of the sky, 5 by 5 degrees, by which pictures are counted; a number for each.

The same arithmetic stands in SQL (`astrolens.store.schema_7`); a test holds the two together.
"""

from dataclasses import dataclass

SIDE_DEG = 5.0
ACROSS = 72
ROWS = 36
AREAS = ACROSS * ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The edges of one area.

    Attributes
    ----------
    number : int
        In [0, 2592): rows from the south pole, from right ascension 0 on.
    ra_deg, dec_deg : float
        Its south-western corner, ICRS degrees; the area reaches 5 degrees east and north of it.
    """

    number: int
    ra_deg: float
    dec_deg: float


def area_of(ra_deg: float, dec_deg: float) -> int:
    """Number of the area of a position.

    Parameters
    ----------
    ra_deg : float
        In [0, 360), degrees.
    dec_deg : float
        In [-90, 90], degrees; the north pole belongs to the last row.

    Returns
    -------
    int
        In [0, 2592).
    """
    row = min(ROWS - 1, max(0, int((dec_deg + 90.0) / SIDE_DEG)))
    return ACROSS * row + min(ACROSS - 1, max(0, int(ra_deg / SIDE_DEG)))


def area(number: int) -> Area:
    """Edges of an area.

    Parameters
    ----------
    number : int
        In [0, 2592).

    Returns
    -------
    Area
        Where it is.

    Raises
    ------
    ValueError
        If there is no such area.
    """
    if not 0 <= number < AREAS:
        raise ValueError(f"area is {number}; it must be in [0, {AREAS})")
    row, column = divmod(number, ACROSS)
    return Area(number=number, ra_deg=column * SIDE_DEG, dec_deg=row * SIDE_DEG - 90.0)
