"""How well a score puts oddities first, with bootstrap intervals that several scores can share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FIRST = (50, 100, 200)
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resample:
    """The sample itself and bootstrap draws of it, oddities and normals drawn apart.

    All scores of one run are measured on the same draws, so that their differences and ratios are paired.

    Attributes
    ----------
    is_odd : ndarray of bool, shape (n,)
        What each object is.
    times : ndarray of int64, shape (draws + 1, n)
        How often each object is counted; row 0 is the sample itself, all ones.
    """

    is_odd: NDArray[np.bool_]
    times: NDArray[np.int64]

    @classmethod
    def draw(cls, is_odd: NDArray[np.bool_], *, draws: int, seed: int) -> Self:
        """Draw with replacement.

        Parameters
        ----------
        is_odd : ndarray of bool, shape (n,)
            At least one of each kind.
        draws : int
            How many.
        seed : int
            The same seed draws the same.

        Returns
        -------
        Resample
            With ``draws + 1`` rows.

        Raises
        ------
        ValueError
            If one of the two kinds is missing.
        """
        if not is_odd.any() or is_odd.all():
            raise ValueError(f"{int(is_odd.sum())} oddities in {len(is_odd)} objects; both kinds are needed")
        random = np.random.default_rng(seed)
        times = np.ones((draws + 1, len(is_odd)), np.int64)
        for kind in (True, False):
            mine = np.flatnonzero(is_odd == kind)
            times[1:, mine] = random.multinomial(len(mine), np.full(len(mine), 1.0 / len(mine)), size=draws)
        return cls(is_odd=is_odd, times=times)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Figures of one score on the sample (element 0) and on each draw.

    Attributes
    ----------
    auroc : ndarray of float64, shape (draws + 1,)
        Chance that an oddity scores above a normal; ties count half.
    precision : ndarray of float64, shape (draws + 1,)
        Average precision.
    found : Mapping of int to ndarray of float64, shape (draws + 1,)
        Oddities among the first k; what is tied at k is shared out in proportion.
    """

    auroc: NDArray[np.float64]
    precision: NDArray[np.float64]
    found: Mapping[int, NDArray[np.float64]]

    def as_json(self) -> dict[str, Any]:
        """Values and 95 % intervals.

        Returns
        -------
        dict
            Keys ``auroc``, ``ap``, ``found`` and each with ``_95``.
        """
        return {
            "auroc": round(float(self.auroc[0]), 4),
            "auroc_95": interval(self.auroc[1:]),
            "ap": round(float(self.precision[0]), 4),
            "ap_95": interval(self.precision[1:]),
            "found": {str(k): round(float(values[0]), 1) for k, values in self.found.items()},
            "found_95": {str(k): interval(values[1:], 1) for k, values in self.found.items()},
        }


def rank(score: NDArray[np.float64], resample: Resample) -> Ranking:
    """Measure how well a score ranks.

    Parameters
    ----------
    score : ndarray of float64, shape (n,)
        Larger is odder; NaN (not scored) is shown last, as a person would see it.
    resample : Resample
        What the n objects are, and the draws.

    Returns
    -------
    Ranking
        On the sample and on each draw.
    """
    filled = np.where(np.isnan(score), -np.inf, score)
    order = np.argsort(-filled, kind="stable")
    ordered = filled[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    times = resample.times[:, order]
    odd = np.add.reduceat(times * resample.is_odd[order], starts, axis=1)  # (draw, group of equal score)
    everything = np.add.reduceat(times, starts, axis=1)
    normal = everything - odd
    odds = odd.sum(axis=1)
    normals = normal.sum(axis=1)
    below = normals[:, None] - np.cumsum(normal, axis=1) + 0.5 * normal
    shown, met = np.cumsum(everything, axis=1), np.cumsum(odd, axis=1)
    precision = (met / np.maximum(shown, 1) * odd).sum(axis=1) / odds
    found = {
        k: np.array(
            [
                np.interp(k, np.r_[0, one_shown], np.r_[0, one_met])
                for one_shown, one_met in zip(shown, met, strict=True)
            ]
        )
        for k in FIRST
    }
    return Ranking(auroc=(odd * below).sum(axis=1) / (odds * normals), precision=precision, found=found)


def interval(values: NDArray[np.float64], digits: int = 4) -> list[float]:
    """Central 95 % of draws.

    Parameters
    ----------
    values : ndarray of float64, shape (draws,)
        At least one finite; the others are left out.
    digits : int
        Decimals that are kept.

    Returns
    -------
    list of float
        Lower and upper end.
    """
    return [round(float(end), digits) for end in np.quantile(values[np.isfinite(values)], [_LOW, _HIGH])]


def ratio(ours: NDArray[np.float64], reference: NDArray[np.float64], digits: int = 2) -> dict[str, Any]:
    """Ratio of two paired figures.

    Parameters
    ----------
    ours, reference : ndarray of float64, shape (draws + 1,)
        Element 0 is the sample itself.
    digits : int
        Decimals that are kept.

    Returns
    -------
    dict
        ``value`` (None when the reference is 0) and ``value_95``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = ours / reference
    if not np.isfinite(ratios[0]):
        return {"value": None, "value_95": None}
    return {"value": round(float(ratios[0]), digits), "value_95": interval(ratios[1:], digits)}
