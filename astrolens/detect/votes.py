"""The majority vote of the older systems, with thresholds that can be reached."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

VOTERS = ("msp", "energy", "mahalanobis")


def count_votes(
    log_p: Mapping[str, NDArray[np.float64]], *, count: int, budget_per_1000: float
) -> NDArray[np.int64]:
    """Count how many of MSP, energy and Mahalanobis alone would flag each picture.

    Parameters
    ----------
    log_p : Mapping of str to ndarray of float64, shape (n,)
        Log p-values by detector; a voter that is missing does not vote.
    count : int
        Number of pictures, n.
    budget_per_1000 : float
        Each voter's own budget.

    Returns
    -------
    ndarray of int64, shape (n,)
        In [0, 3]; two and more are a majority. It is shown and decides nothing: a vote throws away how sure each was.
    """
    limit = np.log(budget_per_1000 / 1000.0)
    votes = np.zeros(count, np.int64)
    for voter in VOTERS:
        if voter in log_p:
            votes += log_p[voter] <= limit
    return votes
