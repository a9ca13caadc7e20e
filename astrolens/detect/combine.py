"""Several p-values of one picture in one number."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Rule(StrEnum):
    """How p-values are put together."""

    FISHER = "fisher"
    CAUCHY = "cauchy"


def combine(log_p: NDArray[np.float64], rule: Rule, weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Put several detectors' p-values together; larger is odder.

    The result has no distribution of its own that is relied on: detectors depend on each other, so it is calibrated
    again on normals. That gives the dependence its due, whatever it is.

    Parameters
    ----------
    log_p : ndarray of float64, shape (k, n)
        Natural log of the p-values of k detectors, at most 0.
    rule : Rule
        Fisher lets agreement count; Cauchy follows the oddest one.
    weights : tuple of float
        How much each detector counts, k numbers above 0.

    Returns
    -------
    ndarray of float64, shape (n,)
        Fisher: minus the weighted sum of the logs. Cauchy: minus the log of the Cauchy combination's p-value. Never falls when
        one p-value falls.

    Raises
    ------
    ValueError
        If there is no detector, or not a weight for each.

    References
    ----------
    .. [1] Fisher (1925), Statistical Methods for Research Workers, section 21.1.
    .. [2] Good (1955), J. R. Stat. Soc. B 17, 264 (weights).
    .. [3] Liu & Xie (2020), J. Am. Stat. Assoc. 115, 393, eq. 1.
    """
    if len(log_p) == 0:
        raise ValueError("there is nothing to combine; at least one detector is needed")
    if len(weights) != len(log_p):
        raise ValueError(f"{len(weights)} weights were given for {len(log_p)} detectors")
    share = np.array(weights, np.float64)
    if rule is Rule.FISHER:
        return np.asarray(-(share @ log_p), dtype=np.float64)
    p = np.exp(np.clip(log_p, np.log(1e-290), -1e-12))
    small = p < 1e-8
    terms = np.where(small, 1.0 / (np.pi * p), np.tan((0.5 - p) * np.pi))
    mean = share @ terms / share.sum()
    far = mean > 1e8
    near = np.maximum(0.5 - np.arctan(mean) / np.pi, 1e-300)
    return np.asarray(
        np.where(far, np.log(np.pi * np.where(far, mean, 1.0)), -np.log(near)), dtype=np.float64
    )
