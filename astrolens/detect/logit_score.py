"""A formula on the class scores as a detector: there is nothing to fit."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.unfitted import Unfitted


class LogitScore(Unfitted, ABC):
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
