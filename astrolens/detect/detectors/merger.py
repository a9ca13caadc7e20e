"""The encoder's head that has seen real mergers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features

_HEAD = "merger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Score of a linear head learnt from mergers that were labelled by eye, and from composites: outlier exposure.

    References
    ----------
    .. [1] Hendrycks, Mazeika & Dietterich (2019), ICLR, eq. 1.
    """

    name: ClassVar[str] = "merger"

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether the encoder has the head.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with a head named ``merger``.
        """
        return _HEAD in features.heads

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Return the detector; the head was learnt with the encoder.

        Parameters
        ----------
        features : Features
            Not read.
        seed : int
            Not read.

        Returns
        -------
        Merger
            Ready to score.
        """
        return cls()

    def score(self, features: Features) -> NDArray[np.float64]:
        """How much it looks like a merger.

        Parameters
        ----------
        features : Features
            Reads the head ``merger``.

        Returns
        -------
        ndarray of float64, shape (n,)
            Any sign.
        """
        return np.array(features.heads[_HEAD], dtype=np.float64)

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
        Merger
            Ready to score.
        """
        return cls()
