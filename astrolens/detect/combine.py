"""Several p-values of one picture in one number."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, gammainc


class Rule(StrEnum):
    """How p-values are put together."""

    FISHER = "fisher"
    SQUARES = "squares"
    CAUCHY = "cauchy"


def combine(
    log_p: NDArray[np.float64],
    rule: Rule,
    weights: tuple[float, ...],
    caps: tuple[float, ...] | None = None,
) -> NDArray[np.float64]:
    """Put several detectors' p-values together; larger is odder.

    The result has no distribution of its own that is relied on: detectors depend on each other, so it is calibrated
    again on normals. That gives the dependence its due, whatever it is.

    Parameters
    ----------
    log_p : ndarray of float64, shape (k, n)
        Natural log of the p-values of k detectors, at most 0.
    rule : Rule
        Fisher lets agreement count most; Cauchy follows the oddest one; squares lie between.
    weights : tuple of float
        How much each detector counts, k numbers above 0.
    caps : tuple of float, optional
        Most that minus a detector's log p may be, k numbers above 0; inf or None: no limit.

    Returns
    -------
    ndarray of float64, shape (n,)
        Fisher: minus the weighted sum of the logs. Squares: root of the weighted sum of their squares. Cauchy: minus the
        log of the Cauchy combination's p-value. Never falls when one p-value falls.

    Raises
    ------
    ValueError
        If there is no detector, or not a weight and a cap for each.

    References
    ----------
    .. [1] Fisher (1925), Statistical Methods for Research Workers, section 21.1.
    .. [2] Good (1955), J. R. Stat. Soc. B 17, 264 (weights).
    .. [3] Liu & Xie (2020), J. Am. Stat. Assoc. 115, 393, eq. 1.
    """
    if len(log_p) == 0:
        raise ValueError("there is nothing to combine; at least one detector is needed")
    limits = np.full(len(log_p), np.inf) if caps is None else np.array(caps, np.float64)
    if len(weights) != len(log_p) or len(limits) != len(log_p):
        raise ValueError(
            f"{len(weights)} weights and {len(limits)} caps were given for {len(log_p)} detectors"
        )
    share = np.array(weights, np.float64)
    log_p = np.maximum(log_p, -limits[:, None])
    if rule is Rule.FISHER:
        return np.asarray(-(share @ log_p), dtype=np.float64)
    if rule is Rule.SQUARES:
        return np.asarray(np.sqrt(share @ log_p**2), dtype=np.float64)
    p = np.exp(np.clip(log_p, np.log(1e-290), -1e-12))
    small = p < 1e-8
    terms = np.where(small, 1.0 / (np.pi * p), np.tan((0.5 - p) * np.pi))
    mean = share @ terms / share.sum()
    far = mean > 1e8
    near = np.maximum(0.5 - np.arctan(mean) / np.pi, 1e-300)
    return np.asarray(
        np.where(far, np.log(np.pi * np.where(far, mean, 1.0)), -np.log(near)), dtype=np.float64
    )


def rough_share(
    combined: NDArray[np.float64],
    rule: Rule,
    weights: tuple[float, ...],
    caps: tuple[float, ...] | None = None,
) -> NDArray[np.float64]:
    """About the share of normals that is less odd, were the detectors independent.

    A gamma law with the mean and variance that the sum (or the sum of squares) then has. It is a fixed scale and nothing
    that a verdict rests on.

    Parameters
    ----------
    combined : ndarray of float64
        From `combine`.
    rule : Rule
        As for `combine`; Cauchy is read on the scale of Fisher.
    weights, caps : tuple of float
        As for `combine`.

    Returns
    -------
    ndarray of float64
        In [0, 1], rising, of the same shape.
    """
    share = np.array(weights, np.float64)
    limits = np.full(len(share), np.inf) if caps is None else np.array(caps, np.float64)
    power = 2.0 if rule is Rule.SQUARES else 1.0
    first, second = _moment(power, limits), _moment(2.0 * power, limits)
    mean, variance = float(share @ first), float(share**2 @ (second - first**2))
    value = np.maximum(combined, 0.0) ** power
    return np.asarray(gammainc(mean**2 / variance, value * mean / variance), dtype=np.float64)


def _moment(power: float, caps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of min(x, cap)^power for x of the exponential law, which minus log p follows on normals."""
    return np.asarray(power * gamma(power) * gammainc(power, caps), dtype=np.float64)
