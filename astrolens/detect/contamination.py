"""How much of an unlabelled sample is too odd to be normal, and which of its members stand for it."""

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.conformal import refuse_nan

_FROM, _TO = 0.5, 0.2  # upper shares between which the bulk is measured
_OF_DISTANCE = (0.87, 1.0)  # exponent of the tail law (1: exponential, 0.7: nearly a Gaussian), and margin
_OF_SUM = (0.95, 1.15)
_DOUBT = 0.1  # of the law itself, as a share
_GATE = 3.25
_CLEAR_SHARE = 0.4  # clear: this share of the greatest excess in sigma


def set_aside(
    scores: NDArray[np.float64],
    *,
    distance: int | None,
    weights: tuple[float, ...],
    trusted: NDArray[np.bool_],
    limit: float,
) -> NDArray[np.bool_]:
    """Choose the members of a sample that stand for its presumed anomalies.

    Two views are taken of the sample: the log of the distance detector's score, and the weighted sum of all deciding
    scores. In each, the bulk (between the median and the upper fifth, where few anomalies are) fixes place and scale
    of a tail law, ``S(t) = 0.5 * exp(-log(2.5) * t**(1 / b))``, with t = 0 at the median and 1 at the upper fifth. Its
    exponent b is at the heavy end of what clean sources showed: the law is a bound for normals, not a fit (the sum,
    whose form is less certain, has 15 % more). Where the sample holds more than that, by at least 3.25 sigma of
    counting and of 10 % doubt about the law, somewhere in the upper fifth, members are taken out of the part where the excess is clear, evenly over it,
    until the bound is met. A clean sample is left alone but for chance; what lies inside the bulk is never touched;
    members that a person called normal stay.

    Parameters
    ----------
    scores : ndarray of float64, shape (k, m)
        Held-out scores of the deciding detectors; larger is odder. NaN is refused.
    distance : int or None
        Row of the distance detector; None: only the sum is looked at.
    weights : tuple of float
        Of the k detectors.
    trusted : ndarray of bool, shape (m,)
        Members that a person called normal.
    limit : float
        Largest share of the sample that may be set aside, in [0, 0.2]; 0: none.

    Returns
    -------
    ndarray of bool, shape (m,)
        True for members that should not calibrate.

    Raises
    ------
    ValueError
        If a score is NaN.

    References
    ----------
    .. [1] Efron (2004), J. Am. Stat. Assoc. 99, 96 (null measured in the bulk).
    .. [2] Patra & Sen (2016), J. R. Stat. Soc. B 78, 869 (a lower bound for the share of the other component).
    .. [3] Bashari, Sesia & Romano (2025), ICML, arXiv:2502.04807 (labels first; without them contamination only makes
       conformal p-values larger).
    """
    refuse_nan(scores, "the calibration scores")
    count = scores.shape[1]
    if limit <= 0.0 or count < 10:
        return np.zeros(count, np.bool_)
    rows = [_in_units_of_the_bulk(_log_of_positive(row)) for row in scores]
    total = np.asarray(np.array(weights) @ np.stack(rows), dtype=np.float64)
    chosen = _excess(_in_units_of_the_bulk(total), _OF_SUM)
    if distance is not None:
        chosen |= _excess(rows[distance], _OF_DISTANCE)
    chosen &= ~trusted
    most = int(limit * count)
    if chosen.sum() > most:  # the oddest of them
        oddest = np.argsort(np.where(chosen, -total, np.inf), kind="stable")[:most]
        chosen = np.zeros(count, np.bool_)
        chosen[oddest] = True
    return chosen


def _log_of_positive(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances spread in proportion to their size; log-odds and the like are left as they are."""
    return np.log(row) if float(row.min()) > 0.0 else row


def _in_units_of_the_bulk(values: NDArray[np.float64]) -> NDArray[np.float64]:
    middle, upper = np.quantile(values, [1.0 - _FROM, 1.0 - _TO])
    width = float(upper - middle)
    if width <= 1e-9 * float(np.abs(values).max()):  # rounding, not a spread
        return np.zeros_like(values)
    return np.asarray((values - middle) / width, dtype=np.float64)


def _excess(place: NDArray[np.float64], law: tuple[float, float]) -> NDArray[np.bool_]:
    """Members beyond the tail law, taken evenly out of the tail."""
    order = np.argsort(-place, kind="stable")
    tail = order[: int(len(place) * _TO)]
    seen = np.arange(1, len(tail) + 1)
    exponent, margin = law
    reach = np.maximum(place[tail], 0.0) ** (1.0 / exponent)
    allowed = margin * len(place) * _FROM * np.exp(-np.log(_FROM / _TO) * reach)
    chosen = np.zeros(len(place), np.bool_)
    clearness = (seen - allowed) / np.sqrt(1.0 + allowed + (_DOUBT * allowed) ** 2)
    clear = np.flatnonzero(clearness >= _CLEAR_SHARE * float(clearness.max()))
    if float(clearness.max()) < _GATE:
        return chosen
    end = int(clear[-1]) + 1
    left = np.floor(np.minimum.accumulate(np.minimum(seen, allowed)[end - 1 :: -1])[::-1] + 1e-9)
    chosen[tail[:end][np.diff(left, prepend=0.0) < 1.0]] = True
    return chosen
