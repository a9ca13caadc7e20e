"""A formula on the class scores as a detector: there is nothing to fit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features


class LogitScore(ABC):
    """What `of` makes of the logits; a class beside it says what that is."""

    __slots__ = ()

    name: ClassVar[str]
    fewest_classes: ClassVar[int] = 2

    @staticmethod
    @abstractmethod
    def of(logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Say how odd each row of logits is.

        Parameters
        ----------
        logits : ndarray of float64, shape (n, c)
            Finite; c at least ``fewest_classes``.

        Returns
        -------
        ndarray of float64, shape (n,)
            Finite; larger is odder.
        """

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are classes enough.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with ``fewest_classes`` logits or more.
        """
        return bool(features.logits.shape[1] >= cls.fewest_classes)

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
        LogitScore
            Ready to score.
        """
        return cls()

    def score(self, features: Features) -> NDArray[np.float64]:
        """Formula of each row.

        Parameters
        ----------
        features : Features
            Reads the logits.

        Returns
        -------
        ndarray of float64, shape (n,)
            As `of` says.
        """
        return self.of(features.logits.astype(np.float64))

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
        LogitScore
            Ready to score.
        """
        return cls()
