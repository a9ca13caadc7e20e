"""What a detector that fits nothing has in common with every other such detector."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features


class Unfitted:
    """A detector without state: made by nothing, kept as nothing; its subclasses score."""

    __slots__ = ()

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
        Unfitted
            Ready to score.
        """
        return cls()

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
        Unfitted
            Ready to score.
        """
        return cls()
