"""Which part of a picture the network sees."""

from collections.abc import Sequence
from math import isfinite, pi, sqrt

import numpy as np

from astrolens.domain.analysis import Morphology
from astrolens.domain.heat import Box
from astrolens.models.preprocessing import Crop, Preprocessing

LEAST_FRACTION = 0.1
LEAST_SCALE = 0.25  # pixels of the picture over pixels of the input: nothing is blown up more than four times
OTHER_FRAMING = 0.15
FEWEST_SIZES = 20


def object_radius(morphology: Morphology, height: int, width: int) -> float:
    """Radius of a circle of the segment's area.

    The half-light and Petrosian radii of a stretched colour picture follow the bright core, whose share of the whole
    depends on the stretch; the segment ends where the object meets the sky (docs/detection.md).

    Parameters
    ----------
    morphology : Morphology
        Shape of the central object.
    height, width : int
        Size of the picture.

    Returns
    -------
    float
        In pixels of the picture; NaN when there is no object.
    """
    return sqrt(morphology.area_fraction * height * width / pi) if morphology.area_fraction > 0.0 else np.nan


def crop_box(height: int, width: int, preprocessing: Preprocessing, radius: float = np.nan) -> Box:
    """The central square that is kept.

    Parameters
    ----------
    height, width : int
        Size of the picture.
    preprocessing : Preprocessing
        The steps.
    radius : float
        Of the object, from `object_radius`; read only where the crop follows the object, and NaN stands for the usual
        fraction.

    Returns
    -------
    Box
        Inside the picture.
    """
    shorter = min(height, width)
    side = preprocessing.crop_fraction * shorter
    if preprocessing.crop is Crop.OBJECT and isfinite(radius):
        most = preprocessing.crop_most * shorter
        least = min(max(LEAST_FRACTION * shorter, LEAST_SCALE * preprocessing.size), most)
        side = min(max(preprocessing.crop_radii * radius, least), most)
    left, upper = (width - side) / 2.0, (height - side) / 2.0
    return Box(left=left, upper=upper, right=left + side, lower=upper + side)


def suits(preprocessing: Preprocessing, radii: Sequence[float]) -> Crop:
    """Say how pictures of one source are best cropped.

    Parameters
    ----------
    preprocessing : Preprocessing
        What the encoder knows.
    radii : sequence of float
        Radius of the object over the shorter side of the picture, of some of the source's pictures; NaN is left out.

    Returns
    -------
    Crop
        The fraction, unless the middle one of at least 20 objects is more than 15 % larger or smaller than those that
        the encoder knows: then the source's cutouts are not scaled as its were.
    """
    return suits_middle(preprocessing, middle_radius(radii))


def middle_radius(radii: Sequence[float]) -> float:
    """How a source frames its objects, in one number.

    Parameters
    ----------
    radii : sequence of float
        Radius of the object over the shorter side of the picture; NaN is left out.

    Returns
    -------
    float
        Median; NaN for fewer than 20 objects.
    """
    known = [radius for radius in radii if isfinite(radius)]
    return float(np.median(known)) if len(known) >= FEWEST_SIZES else np.nan


def suits_middle(preprocessing: Preprocessing, middle: float) -> Crop:
    """As `suits`, for a source whose middle radius is known.

    Parameters
    ----------
    preprocessing : Preprocessing
        What the encoder knows.
    middle : float
        From `middle_radius`; NaN where there is none.

    Returns
    -------
    Crop
        The fraction for NaN.
    """
    usual = usual_radius(preprocessing)
    return Crop.OBJECT if abs(middle / usual - 1.0) > OTHER_FRAMING else Crop.FRACTION


def usual_radius(preprocessing: Preprocessing) -> float:
    """Radius of an object that fills the fraction as the encoder knows it.

    Parameters
    ----------
    preprocessing : Preprocessing
        What the encoder knows.

    Returns
    -------
    float
        Over the shorter side of the picture.
    """
    return preprocessing.crop_fraction / preprocessing.crop_radii
