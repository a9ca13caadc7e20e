"""Whether one score tells odd from ordinary better than another on the same pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
_AT_ONCE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedAuroc:
    """Two areas under the curve and the interval of their difference.

    Attributes
    ----------
    auroc, former_auroc : float
        Chance that an odd picture scores above an ordinary one, ties counted half; in [0, 1].
    low, high : float
        95 % interval of ``auroc - former_auroc``.
    """

    auroc: float
    former_auroc: float
    low: float
    high: float


def paired_auroc(
    is_odd: NDArray[np.bool_], score: NDArray[np.float64], former: NDArray[np.float64], *, seed: int = 0
) -> PairedAuroc:
    """Compare two scores of the same pictures.

    Pictures are drawn with replacement, odd and ordinary ones apart, and both scores are measured on the same draws:
    what makes a draw easy or hard is the same for both and leaves their difference.

    Parameters
    ----------
    is_odd : ndarray of bool, shape (n,)
        At least one of each kind.
    score, former : ndarray of float64, shape (n,)
        Larger is odder; infinity is allowed, NaN is refused.
    seed : int
        The same seed draws the same.

    Returns
    -------
    PairedAuroc
        The interval holds the central 95 % of 2,000 draws.

    Raises
    ------
    ValueError
        If a kind is missing, lengths differ, or a score is NaN.

    References
    ----------
    .. [1] Efron and Tibshirani (1993), An Introduction to the Bootstrap, sec. 13.3 (percentile interval).
    .. [2] Hanley and McNeil (1982), Radiology 143, 29 (the area as a chance).
    """
    from sklearn.metrics import roc_auc_score

    if not is_odd.any() or is_odd.all():
        raise ValueError(f"{int(is_odd.sum())} odd of {len(is_odd)} pictures; both kinds are needed")
    if not len(is_odd) == len(score) == len(former) or np.isnan(score).any() or np.isnan(former).any():
        raise ValueError(
            f"{len(score)} and {len(former)} scores for {len(is_odd)} pictures; each needs two that are not NaN"
        )
    ranks = [np.unique(one, return_inverse=True)[1].ravel() for one in (score, former)]
    won = _won(is_odd, ranks[0]) - _won(is_odd, ranks[1])  # (odd, ordinary)
    random = np.random.default_rng(seed)
    odd, ordinary = won.shape
    differences = []
    for start in range(0, DRAWS, _AT_ONCE):
        draws = min(_AT_ONCE, DRAWS - start)
        rows = random.multinomial(odd, np.full(odd, 1.0 / odd), size=draws)
        columns = random.multinomial(ordinary, np.full(ordinary, 1.0 / ordinary), size=draws)
        differences.append(np.einsum("di,di->d", rows @ won, columns) / (odd * ordinary))
    low, high = np.quantile(np.concatenate(differences), [0.025, 0.975])
    return PairedAuroc(
        auroc=float(roc_auc_score(is_odd, ranks[0])),
        former_auroc=float(roc_auc_score(is_odd, ranks[1])),
        low=float(low),
        high=float(high),
    )


def _won(is_odd: NDArray[np.bool_], rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each odd and each ordinary picture: 1 where the odd one scores higher, half where they tie."""
    apart = rank[is_odd][:, None] - rank[~is_odd][None, :]
    won: NDArray[np.float64] = (np.sign(apart) + 1.0) / 2.0
    return won
