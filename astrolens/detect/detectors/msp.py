"""One minus the largest class probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class MaximumSoftmax:
    """Maximum softmax probability; a net that is sure of any class calls a picture normal.

    The score is log(1 - max_c p_c), which orders pictures like 1 - max_c p_c and keeps its digits near certainty.

    References
    ----------
    .. [1] Hendrycks & Gimpel (2017), ICLR, section 2.
    """

    name: ClassVar[str] = "msp"

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are at least two classes.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with two or more logits.
        """
        return bool(features.logits.shape[1] >= 2)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Return the detector; nothing is learnt.

        Parameters
        ----------
        features : Features
            Not read.
        seed : int
            Not read.

        Returns
        -------
        MaximumSoftmax
            Ready to score.
        """
        return cls()

    def score(self, features: Features) -> NDArray[np.float64]:
        """Log of what is left beside the largest class.

        Parameters
        ----------
        features : Features
            Reads the logits.

        Returns
        -------
        ndarray of float64, shape (n,)
            At most log(1 - 1/c).
        """
        logits = np.sort(features.logits.astype(np.float64), axis=1)
        second, largest = logits[:, -2], logits[:, -1]
        others = np.log(np.exp(logits[:, :-1] - second[:, None]).sum(axis=1)) + (second - largest)
        return np.asarray(others - np.logaddexp(0.0, others), dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Nothing.

        Returns
        -------
        Mapping of str to ndarray
            Empty.
        """
        return {}

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Return the detector.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            Not read.
        fitted_on : Features
            Not read.

        Returns
        -------
        MaximumSoftmax
            Ready to score.
        """
        return cls()
