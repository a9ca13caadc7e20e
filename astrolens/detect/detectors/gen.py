"""Generalised entropy of the class probabilities."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.logit_score import LogitScore

_GAMMA = 0.1
_LARGEST_CLASSES = 10


class GeneralisedEntropy(LogitScore):
    """Sum of p^0.1 (1 - p)^0.1 over the ten largest class probabilities.

    References
    ----------
    .. [1] Liu, Lochman & Zach (2023), CVPR, 23946, eq. 5 (gamma 0.1; the sign is turned, so that larger is odder).
    """

    __slots__ = ()

    name: ClassVar[str] = "gen"

    @staticmethod
    def of(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Generalised entropy.

        Parameters
        ----------
        logits : ndarray of float64, shape (n, c)
            Finite; at least two classes.

        Returns
        -------
        ndarray of float64, shape (n,)
            0 or more.
        """
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        largest = np.sort(share, axis=1)[:, -_LARGEST_CLASSES:]
        terms = (largest * np.maximum(1.0 - largest, 0.0)) ** _GAMMA
        return np.asarray(terms.sum(axis=1), dtype=np.float64)
