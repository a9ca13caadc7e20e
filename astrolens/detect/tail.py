"""A p-value beyond the calibration sample, and a curve without steps inside it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.conformal import refuse_nan, sorted_scores

LOG_P_FLOOR = float(np.log(1e-300))
_TAIL_SHARE = 0.1
_TAIL_FEWEST = 10
_TAIL_MOST = 250
_HEAVIEST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Log p-value as a continuous, never rising function of the score.

    *Inside* the sample: the normal with r normals at least as odd as itself has p = r / (m + 1), exactly the chance
    that a new normal exceeds it; between two normals log p is a straight line. Scores that several normals share take
    the conformal (1 + r) / (m + 1), which holds for discrete scores too. *Beyond* the oddest normal: a generalised
    Pareto law fitted to the largest scores continues the curve from there. Its shape is held in [0, 0.5]: a sample
    cannot show a finite end, and p never becomes 0 for a score that is merely higher. *Floor*: p = 1e-300 (37 sigma);
    numbers near it order pictures and mean nothing else. A sample whose largest scores are all equal has no scale to
    continue with: every score beyond them takes the conformal 1 / (m + 1).

    Attributes
    ----------
    knots : ndarray of float64, shape (k,)
        Distinct scores of the normals, ascending.
    log_levels : ndarray of float64, shape (k,)
        Log p at each knot.
    size : int
        Number of normals, m.
    excess : float
        Distance from the threshold of the tail fit to the oddest normal.
    scale : float
        Of the generalised Pareto law; 0: no extrapolation.
    shape : float
        Of the generalised Pareto law, in [0, 0.5].

    References
    ----------
    .. [1] Hosking & Wallis (1987), Technometrics 29, 339, eq. 3 (probability-weighted moments).
    .. [2] Siffer et al. (2017), KDD, 1067 (peaks over threshold for streams).
    """

    knots: NDArray[np.float64]
    log_levels: NDArray[np.float64]
    size: int
    excess: float
    scale: float
    shape: float

    @classmethod
    def fit(cls, calibration: NDArray[np.float64]) -> Self:
        """Learn the curve from scores of normals.

        Parameters
        ----------
        calibration : ndarray of float64, shape (m,)
            Scores of normals that no detector was fitted on; finite, in any order.

        Returns
        -------
        Curve
            Fitted.

        Raises
        ------
        ValueError
            If it is empty or holds a NaN.
        """
        ordered = sorted_scores(calibration)
        size = len(ordered)
        knots, first, shared = np.unique(ordered, return_index=True, return_counts=True)
        at_least = size - first
        levels = (at_least + (shared > 1)) / (size + 1.0)
        peaks = int(np.clip(round(size * _TAIL_SHARE), _TAIL_FEWEST, _TAIL_MOST))
        threshold = float(ordered[max(size - peaks - 1, 0)])
        scale, shape = _fit_pareto(ordered[-peaks:] - threshold)
        return cls(
            knots=knots,
            log_levels=np.log(levels),
            size=size,
            excess=float(ordered[-1]) - threshold,
            scale=scale,
            shape=shape,
        )

    def log_p(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log of the chance that a normal scores this high or higher.

        Parameters
        ----------
        scores : ndarray of float64, shape (n,)
            Larger is odder. NaN is refused.

        Returns
        -------
        ndarray of float64, shape (n,)
            In [log 1e-300, 0]; never rises with the score.

        Raises
        ------
        ValueError
            If a score is NaN.
        """
        refuse_nan(scores, "scores")
        inside = self._between(scores)
        beyond = np.maximum(scores - self.knots[-1], 0.0)
        if self.scale > 0.0:
            log_p = inside - self._minus_log_survival(beyond)
        else:
            log_p = np.where(beyond > 0.0, -np.log(self.size + 1.0), inside)
        return np.asarray(np.maximum(log_p, LOG_P_FLOOR), dtype=np.float64)

    def _between(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Straight line between two normals; np.interp's slope overflows where they lie very close."""
        above = np.searchsorted(self.knots, scores, side="right")
        left = np.clip(above - 1, 0, len(self.knots) - 1)
        right = np.minimum(above, len(self.knots) - 1)
        gap = self.knots[right] - self.knots[left]
        share = np.where(gap > 0.0, (scores - self.knots[left]) / np.where(gap > 0.0, gap, 1.0), 0.0)
        line = self.log_levels[left] + np.clip(share, 0.0, 1.0) * (
            self.log_levels[right] - self.log_levels[left]
        )
        return np.asarray(np.where(above == 0, 0.0, line), dtype=np.float64)

    def _minus_log_survival(self, beyond: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much less likely than the oddest normal, as a log."""
        start = self.scale + self.shape * self.excess
        with np.errstate(over="ignore"):  # infinitely far beyond: the floor takes it
            if self.shape > 0.0:
                return np.asarray(np.log1p(self.shape * beyond / start) / self.shape, dtype=np.float64)
            return np.asarray(beyond / start, dtype=np.float64)


def leave_one_out_log_p(calibration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log p-value of each member against the curve of the others.

    Parameters
    ----------
    calibration : ndarray of float64, shape (m,)
        Scores of normals, m at least 2. NaN is refused.

    Returns
    -------
    ndarray of float64, shape (m,)
        In the given order. Only the oddest member lies beyond its sample.

    Raises
    ------
    ValueError
        If there are fewer than 2, or one is NaN.
    """
    if len(calibration) < 2:
        raise ValueError(
            f"{len(calibration)} scores cannot be held against each other; at least 2 are needed"
        )
    ordered = sorted_scores(calibration)
    size = len(ordered)
    knots, first, shared = np.unique(ordered, return_index=True, return_counts=True)
    at_least = size - first  # with the member itself
    # between its two neighbours the curve without it runs from `at_least` down to `at_least - shared` over m
    log_levels = np.log(at_least / size)
    inner = np.flatnonzero(shared[1:-1] == 1) + 1
    lower, upper = knots[inner - 1], knots[inner + 1]
    share = (knots[inner] - lower) / (upper - lower)
    odder = (at_least[inner] - 1 + (shared[inner + 1] > 1)) / size
    less_odd = (at_least[inner] + (shared[inner - 1] > 1) + shared[inner - 1] - 1) / size
    log_levels[inner] = (1.0 - share) * np.log(np.minimum(less_odd, 1.0)) + share * np.log(odder)
    if shared[-1] == 1:
        log_levels[-1] = Curve.fit(ordered[:-1]).log_p(ordered[-1:])[0]
    return np.asarray(log_levels[np.searchsorted(knots, calibration)], dtype=np.float64)


def _fit_pareto(excess: NDArray[np.float64]) -> tuple[float, float]:
    """Scale and shape from probability-weighted moments of ascending excesses; (0, 0) when all are equal."""
    count = len(excess)
    mean = float(excess.mean())
    if count < 2 or float(excess[-1]) <= 0.0 or float(excess[-1] - excess[0]) <= 0.0:
        return 0.0, 0.0
    weights = (count - np.arange(1, count + 1)) / (count - 1.0)
    weighted = float((weights * excess).mean())
    bottom = mean - 2.0 * weighted
    shape = 2.0 - mean / bottom if bottom > 0.0 else _HEAVIEST
    shape = float(np.clip(shape, 0.0, _HEAVIEST))
    return mean * (1.0 - shape), shape
