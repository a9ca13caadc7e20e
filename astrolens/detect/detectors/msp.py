"""One minus the largest class probability."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.logit_score import LogitScore


class MaximumSoftmax(LogitScore):
    """Maximum softmax probability; a net that is sure of any class calls a picture normal.

    The score is log(1 - max_c p_c), which orders pictures like 1 - max_c p_c and keeps its digits near certainty.

    References
    ----------
    .. [1] Hendrycks & Gimpel (2017), ICLR, section 2.
    """

    __slots__ = ()

    name: ClassVar[str] = "msp"

    @staticmethod
    def of(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log of what is left beside the largest class.

        Parameters
        ----------
        logits : ndarray of float64, shape (n, c)
            Finite; at least two classes.

        Returns
        -------
        ndarray of float64, shape (n,)
            At most log(1 - 1/c).
        """
        ordered = np.sort(logits, axis=1)
        second, largest = ordered[:, -2], ordered[:, -1]
        others = np.log(np.exp(ordered[:, :-1] - second[:, None]).sum(axis=1)) + (second - largest)
        return np.asarray(others - np.logaddexp(0.0, others), dtype=np.float64)
