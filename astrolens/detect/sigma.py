"""P-values as Gaussian sigma, and back."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp


def sigma_of_log_p(log_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """One-sided Gaussian equivalent of a p-value.

    Parameters
    ----------
    log_p : ndarray of float64
        Natural log of p, at most 0. NaN is refused.

    Returns
    -------
    ndarray of float64
        Finite for every finite ``log_p`` below 0; negative where p is above a half, -37 where p is 1.

    Raises
    ------
    ValueError
        If a value is NaN or above 0.
    """
    if np.isnan(log_p).any() or (log_p > 0.0).any():
        raise ValueError("the log of a p-value must be a number of at most 0")
    return np.asarray(-ndtri_exp(np.minimum(log_p, -1e-300)), dtype=np.float64)


def log_p_of_sigma(sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the chance that a Gaussian lies this many sigma up or further.

    Parameters
    ----------
    sigma : ndarray of float64
        Any number. NaN stays NaN.

    Returns
    -------
    ndarray of float64
        At most 0; -804.6 at 40 sigma, where p itself is below the smallest float64.
    """
    return np.asarray(log_ndtr(-np.asarray(sigma, dtype=np.float64)), dtype=np.float64)
