"""What every detector can do."""

from collections.abc import Mapping
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features


class Detector(Protocol):
    """One way to say how odd a picture is, fitted on normals.

    An object is always fitted: `fit` and `restore` are the two ways to get one. Scores are finite and larger is odder;
    their unit is the detector's own, which is why they are compared only through a calibration.
    """

    name: ClassVar[str]

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether these features hold what the detector reads.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False when, for example, the encoder has no such head.
        """
        ...

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Learn what is normal.

        Parameters
        ----------
        features : Features
            Normals, at least 2 rows.
        seed : int
            For detectors that draw at random; the same seed gives the same detector.

        Returns
        -------
        Detector
            Fitted.
        """
        ...

    def score(self, features: Features) -> NDArray[np.float64]:
        """Say how odd each row is.

        Parameters
        ----------
        features : Features
            Rows of the same encoder.

        Returns
        -------
        ndarray of float64, shape (n,)
            Finite; larger is odder.
        """
        ...

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Everything fitted that cannot be had again exactly from the fitting rows.

        Returns
        -------
        Mapping of str to ndarray
            Plain arrays, no objects.
        """
        ...

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            As `numbers` gave them.
        fitted_on : Features
            The very rows it was fitted on, in the same order.

        Returns
        -------
        Detector
            Scores bit for bit like the original.
        """
        ...
