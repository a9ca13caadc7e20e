"""Why a picture is odd, in numbers that a person can check."""

from math import isnan

import numpy as np

from astrolens.detect.stage import Judge
from astrolens.detect.votes import VOTERS
from astrolens.domain.analysis import Analysis, Morphology
from astrolens.domain.detection import Verdict
from astrolens.domain.why import DetectorWord, Outlier

_LOWEST, _HIGHEST = 1.0, 99.0  # percentiles of the normals
_FEWEST = 100
_NOT_OF_THE_OBJECT = frozenset({"orientation_deg", "sky", "sky_sigma"})


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
    normals = judge.shape_normals(fewest=_FEWEST)
    found = []
    for name, value in zip(Morphology.number_names(), analysis.morphology.numbers(), strict=True):
        if name not in normals or name in _NOT_OF_THE_OBJECT or not np.isfinite(value):
            continue
        low, high = np.percentile(normals[name], [_LOWEST, _HIGHEST]).tolist()
        width = high - low if high > low else 1.0
        beyond = max(low - value, value - high) / width
        if beyond > 0.0:
            percentile = 100.0 * float(np.searchsorted(normals[name], value)) / len(normals[name])
            found.append(
                Outlier(name=name, value=value, low=low, high=high, beyond=beyond, percentile=percentile)
            )
    return tuple(sorted(found, key=lambda one: (-one.beyond, one.name)))


def detector_words(judge: Judge | None, verdict: Verdict) -> tuple[DetectorWord, ...]:
    """What each detector says, how much it counts, and whether it votes.

    Parameters
    ----------
    judge : Judge or None
        Says which detectors decide; None: none is known to.
    verdict : Verdict
        Holds scores and p-values.

    Returns
    -------
    tuple of DetectorWord
        The smallest p-value first, what has none last.
    """
    weights = {} if judge is None else judge.weights
    limit = verdict.budget_per_1000 / 1000.0
    words = [
        DetectorWord(
            name=name,
            score=verdict.scores.get(name, float("nan")),
            p_value=p_value,
            weight=weights.get(name, 0.0),
            votes=name in VOTERS and p_value <= limit,
        )
        for name, p_value in verdict.p_values.items()
    ]
    return tuple(sorted(words, key=lambda one: (isnan(one.p_value), one.p_value, one.name)))
