"""Free energy of the logits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeEnergy:
    """Minus the log of the summed exponentials of the logits (temperature 1).

    References
    ----------
    .. [1] Liu et al. (2020), NeurIPS 33, 21464, eq. 4.
    """

    name: ClassVar[str] = "energy"

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are classes.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with one or more logits.
        """
        return bool(features.logits.shape[1] >= 1)

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
        FreeEnergy
            Ready to score.
        """
        return cls()

    def score(self, features: Features) -> NDArray[np.float64]:
        """Free energy.

        Parameters
        ----------
        features : Features
            Reads the logits.

        Returns
        -------
        ndarray of float64, shape (n,)
            -logsumexp of each row; finite.
        """
        logits = features.logits.astype(np.float64)
        largest = logits.max(axis=1)
        summed = np.exp(logits - largest[:, None]).sum(axis=1)
        return np.asarray(-(largest + np.log(summed)), dtype=np.float64)

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
        FreeEnergy
            Ready to score.
        """
        return cls()
