"""Isolation forest on the three numbers that a merger changes."""

from typing import ClassVar

from astrolens.detect.shape_forest import ShapeForest


class Disturbed(ShapeForest):
    """Asymmetry, the brightest fifth's spread (M20) and the second peak: the classical signs of a merger.

    Beside the eleven numbers of `Shape` they drown in sizes and noise; alone they find other objects than the encoder.

    References
    ----------
    .. [1] Conselice (2003), Astrophys. J. Suppl. 147, 1 (asymmetry).
    .. [2] Lotz, Primack & Madau (2004), Astron. J. 128, 163, eq. 8 (M20).
    .. [3] Liu, Ting & Zhou (2008), ICDM, 413, eqs. 1 and 2.
    """

    __slots__ = ()

    name: ClassVar[str] = "disturbed"
    reads: ClassVar[tuple[str, ...]] = ("asymmetry", "m20", "second_peak_ratio")
