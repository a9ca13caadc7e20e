"""Generalised entropy of the class probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features

_GAMMA = 0.1
_LARGEST_CLASSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralisedEntropy:
    """Sum of p^0.1 (1 - p)^0.1 over the ten largest class probabilities.

    References
    ----------
    .. [1] Liu, Lochman & Zach (2023), CVPR, 23946, eq. 5 (gamma 0.1; the sign is turned, so that larger is odder).
    """

    name: ClassVar[str] = "gen"

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are classes to choose from.

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
        GeneralisedEntropy
            Ready to score.
        """
        return cls()

    def score(self, features: Features) -> NDArray[np.float64]:
        """Generalised entropy.

        Parameters
        ----------
        features : Features
            Reads the logits.

        Returns
        -------
        ndarray of float64, shape (n,)
            0 or more.
        """
        logits = features.logits.astype(np.float64)
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        largest = np.sort(share, axis=1)[:, -_LARGEST_CLASSES:]
        terms = (largest * np.maximum(1.0 - largest, 0.0)) ** _GAMMA
        return np.asarray(terms.sum(axis=1), dtype=np.float64)

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
        GeneralisedEntropy
            Ready to score.
        """
        return cls()
