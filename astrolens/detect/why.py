"""Why a picture is odd, in numbers that a person can check."""

from dataclasses import dataclass

import numpy as np

from astrolens.detect.stage import Judge
from astrolens.domain.analysis import Analysis, Morphology

_LOWEST, _HIGHEST = 1.0, 99.0  # percentiles of the normals
_FEWEST = 100
_NOT_OF_THE_OBJECT = frozenset({"orientation_deg", "sky", "sky_sigma"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A shape number outside the range of the normals.

    Attributes
    ----------
    name : str
        As in `Morphology`.
    value : float
        Of this picture.
    low, high : float
        1st and 99th percentile of the source's normals.
    beyond : float
        Distance outside the range, in widths of the range; above 0.
    """

    name: str
    value: float
    low: float
    high: float
    beyond: float


def explain(judge: Judge, analysis: Analysis) -> tuple[Outlier, ...]:
    """Name the shape numbers of a picture that normals of its source seldom have.

    Of the thirteen numbers of an ordinary picture about one in four pictures has one outside: it is a hint, no test.

    Parameters
    ----------
    judge : Judge
        The calibration of its source.
    analysis : Analysis
        The picture.

    Returns
    -------
    tuple of Outlier
        Farthest outside first; without numbers that could not be measured, that fewer than 100 normals have, or that
        do not describe the object (angle, sky). A number that all normals share counts as one width outside for
        each unit.
    """
    ranges = judge.shape_ranges(_LOWEST, _HIGHEST, fewest=_FEWEST)
    found = []
    for name, value in zip(Morphology.number_names(), analysis.morphology.numbers(), strict=True):
        if name not in ranges or name in _NOT_OF_THE_OBJECT or not np.isfinite(value):
            continue
        low, high = ranges[name]
        width = high - low if high > low else 1.0
        beyond = max(low - value, value - high) / width
        if beyond > 0.0:
            found.append(Outlier(name=name, value=value, low=low, high=high, beyond=beyond))
    return tuple(sorted(found, key=lambda one: (-one.beyond, one.name)))
