"""Isolation forest on every number of the object's shape."""

from typing import ClassVar

from astrolens.detect.shape_forest import ShapeForest


class Shape(ShapeForest):
    """CAS, Gini-M20, sizes, signal and second peak; the sky, the angle and the pixel scale do not describe the object.

    References
    ----------
    .. [1] Liu, Ting & Zhou (2008), ICDM, 413, eqs. 1 and 2.
    .. [2] Lochner & Bassett (2021), Astron. Comput. 36, 100481 (isolation forest on shapes of galaxies).
    """

    __slots__ = ()

    name: ClassVar[str] = "shape"
    reads: ClassVar[tuple[str, ...]] = (
        "concentration",
        "asymmetry",
        "smoothness",
        "gini",
        "m20",
        "ellipticity",
        "half_light_radius_px",
        "petrosian_radius_px",
        "signal_to_noise",
        "area_fraction",
        "second_peak_ratio",
    )
