"""Free energy of the logits."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.logit_score import LogitScore


class FreeEnergy(LogitScore):
    """Minus the log of the summed exponentials of the logits (temperature 1).

    References
    ----------
    .. [1] Liu et al. (2020), NeurIPS 33, 21464, eq. 4.
    """

    __slots__ = ()

    name: ClassVar[str] = "energy"
    fewest_classes: ClassVar[int] = 1

    @staticmethod
    def of(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Free energy.

        Parameters
        ----------
        logits : ndarray of float64, shape (n, c)
            Finite.

        Returns
        -------
        ndarray of float64, shape (n,)
            -logsumexp of each row.
        """
        largest = logits.max(axis=1)
        summed = np.exp(logits - largest[:, None]).sum(axis=1)
        return np.asarray(-(largest + np.log(summed)), dtype=np.float64)
