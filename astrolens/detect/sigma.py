"""P-values as Gaussian sigma, and back."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp

_LOG_2 = np.log(2.0)


def sigma_of_log_p(log_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided Gaussian equivalent of a p-value: the s for which P(|x| >= s) = p.

    Two-sided, because it then runs from 0 at p = 1 without a negative half: the order of the most ordinary
    pictures is kept too.

    Parameters
    ----------
    log_p : ndarray of float64
        Natural log of p, at most 0. NaN is refused.

    Returns
    -------
    ndarray of float64
        0 or more; finite for every finite ``log_p``; strictly falling with p.

    Raises
    ------
    ValueError
        If a value is NaN or above 0.
    """
    if np.isnan(log_p).any() or (log_p > 0.0).any():
        raise ValueError("the log of a p-value must be a number of at most 0")
    return np.asarray(np.abs(ndtri_exp(log_p - _LOG_2)), dtype=np.float64)


def log_p_of_sigma(sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the chance that a Gaussian lies this many sigma out or further, on either side.

    Parameters
    ----------
    sigma : ndarray of float64
        0 or more. NaN stays NaN.

    Returns
    -------
    ndarray of float64
        At most 0; -803.9 at 40 sigma, where p itself is below the smallest float64.
    """
    return np.asarray(log_ndtr(-np.asarray(sigma, dtype=np.float64)) + _LOG_2, dtype=np.float64)
