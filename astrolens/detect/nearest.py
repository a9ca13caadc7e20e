"""Euclidean distance to the nearest rows of a bank."""

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1024


def mean_distance(
    rows: NDArray[np.float64],
    bank: NDArray[np.float64],
    neighbours: int,
    squares: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Mean distance of each row to its nearest in the bank.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, d)
        Finite.
    bank : ndarray of float64, shape (m, d)
        Finite, at least one row.
    neighbours : int
        How many; all of the bank when it is smaller.
    squares : ndarray of float64, shape (m,), optional
        Squared length of each row of the bank, where it is at hand.

    Returns
    -------
    ndarray of float64, shape (n,)
        At least 0; a row that is itself in the bank counts as its own nearest.
    """
    nearest = min(neighbours, len(bank))
    if squares is None:
        squares = (bank**2).sum(axis=1)
    found = np.empty(len(rows), np.float64)
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        squared = (part**2).sum(axis=1)[:, None] + squares - 2.0 * part @ bank.T  # (block, m)
        least = np.sort(np.partition(squared, nearest - 1, axis=1)[:, :nearest], axis=1)
        found[start : start + _BLOCK] = np.sqrt(np.maximum(least, 0.0)).mean(axis=1)
    return found
