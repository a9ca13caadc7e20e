"""Conformal p-values: how many normals are at least this odd."""

import numpy as np
from numpy.typing import NDArray


def conformal_p_values(scores: NDArray[np.float64], calibration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that a normal scores this high or higher.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Larger is odder. NaN is refused.
    calibration : ndarray of float64, shape (m,)
        Scores of normals that no detector was fitted on, in any order.

    Returns
    -------
    ndarray of float64, shape (n,)
        (1 + number of normals with at least this score) / (m + 1), in [1 / (m + 1), 1]; ties count against oddity.

    Raises
    ------
    ValueError
        If ``calibration`` is empty or either array holds a NaN.

    References
    ----------
    .. [1] Bates et al. (2023), Ann. Statist. 51, 149, eq. 2.
    """
    ordered = sorted_scores(calibration)
    refuse_nan(scores, "scores")
    at_least = len(ordered) - np.searchsorted(ordered, scores, side="left")
    return np.asarray((1.0 + at_least) / (len(ordered) + 1.0), dtype=np.float64)


def leave_one_out_p_values(calibration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Conformal p-value of each member of a calibration sample against the others.

    Parameters
    ----------
    calibration : ndarray of float64, shape (m,)
        Larger is odder. NaN is refused.

    Returns
    -------
    ndarray of float64, shape (m,)
        (1 + number of the others with at least this score) / m, in [1 / m, 1], in the given order.

    Raises
    ------
    ValueError
        If it is empty or holds a NaN.
    """
    ordered = sorted_scores(calibration)
    at_least = len(ordered) - np.searchsorted(ordered, calibration, side="left")  # counts the member itself
    return np.asarray(at_least / len(ordered), dtype=np.float64)


def sorted_scores(calibration: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put a calibration sample in ascending order.

    Parameters
    ----------
    calibration : ndarray of float64, shape (m,)
        Not empty, no NaN.

    Returns
    -------
    ndarray of float64, shape (m,)
        Ascending copy.

    Raises
    ------
    ValueError
        If it is empty or holds a NaN.
    """
    if calibration.size == 0:
        raise ValueError("the calibration sample is empty; give scores of at least one normal")
    refuse_nan(calibration, "the calibration sample")
    return np.sort(np.asarray(calibration, dtype=np.float64))


def refuse_nan(values: NDArray[np.float64], what: str) -> None:
    """Stop at a NaN, which has no rank.

    Parameters
    ----------
    values : ndarray of float64
        Any shape.
    what : str
        Named in the message.

    Raises
    ------
    ValueError
        If any value is NaN.
    """
    missing = int(np.isnan(values).sum())
    if missing:
        raise ValueError(
            f"{missing} of {values.size} in {what} are NaN; a NaN has no rank, leave it out before"
        )
