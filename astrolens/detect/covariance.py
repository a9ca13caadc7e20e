"""Covariance of few samples in many dimensions, shrunk towards a sphere."""

import numpy as np
from numpy.typing import NDArray


def ledoit_wolf(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Shrunk covariance with the share of shrinkage that minimises the expected squared error.

    Parameters
    ----------
    centred : ndarray of float64, shape (n, d)
        Samples with their mean taken off; finite.

    Returns
    -------
    covariance : ndarray of float64, shape (d, d)
        ``(1 - shrinkage) * S + shrinkage * mu * I``; positive definite unless every sample is zero.
    shrinkage : float
        In [0, 1].

    References
    ----------
    .. [1] Ledoit & Wolf (2004), J. Multivariate Anal. 88, 365, Lemma 3.2 to 3.4 and eq. 14.
    """
    count, width = centred.shape
    sample = centred.T @ centred / count
    mean_variance = float(np.trace(sample)) / width
    squares = centred**2
    spread = float((sample**2).sum())
    distance = (spread - width * mean_variance**2) / width
    # sum over samples of |x x^T - S|^2 needs no d x d matrix a sample
    noise = (float((squares.sum(axis=1) ** 2).sum()) / count - spread) / (count * width)
    shrinkage = 1.0 if distance <= 0.0 else float(np.clip(noise / distance, 0.0, 1.0))
    covariance = (1.0 - shrinkage) * sample
    covariance[np.diag_indices(width)] += shrinkage * mean_variance
    return covariance, shrinkage


def whitener(covariance: NDArray[np.float64]) -> NDArray[np.float32]:
    """Matrix that turns Mahalanobis distance into plain distance.

    Parameters
    ----------
    covariance : ndarray of float64, shape (d, d)
        Symmetric, positive semi-definite.

    Returns
    -------
    ndarray of float32, shape (d, d)
        ``W`` with ``W.T @ W`` the inverse. Directions without any variance get the smallest variance that float32
        can tell from the largest; when there is no variance at all it is the unit matrix.

    Notes
    -----
    The rounding to float32 belongs to the definition, so that a stored detector scores like the fitted one.
    """
    values, vectors = np.linalg.eigh(covariance)
    largest = float(values[-1])
    if largest <= 0.0:
        return np.eye(len(covariance), dtype=np.float32)
    values = np.maximum(values, largest * float(np.finfo(np.float32).eps))
    return np.asarray((vectors / np.sqrt(values)).T, dtype=np.float32)


def squared_distance(
    rows: NDArray[np.float64], centre: NDArray[np.float64], white: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Squared Mahalanobis distance to a centre.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, d)
        Finite.
    centre : ndarray of float64, shape (d,)
        Finite.
    white : ndarray of float32, shape (d, d)
        From `whitener`.

    Returns
    -------
    ndarray of float64, shape (n,)
        At least 0.
    """
    return turned_distance(rows, centre, white.astype(np.float64).T)


def turned_distance(
    rows: NDArray[np.float64], centre: NDArray[np.float64], turn: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Squared Mahalanobis distance to a centre, by a matrix that is at hand in double precision.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, d)
        Finite.
    centre : ndarray of float64, shape (d,)
        Finite.
    turn : ndarray of float64, shape (d, d)
        Transpose of a `whitener`.

    Returns
    -------
    ndarray of float64, shape (n,)
        At least 0.
    """
    turned = (rows - centre) @ turn
    return np.asarray((turned**2).sum(axis=1), dtype=np.float64)
