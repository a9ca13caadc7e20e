"""Mahalanobis distance on embeddings of length one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.covariance import ledoit_wolf, squared_distance, whitener
from astrolens.detect.features import Features


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mahalanobis:
    """Mahalanobis++ with one centre: squared distance of z / |z| from the mean of the normals.

    One centre instead of one per class: the classes of a galaxy are a continuum, and per-class centres measured no
    better (docs/detection.md). The covariance is shrunk after Ledoit & Wolf, for a source has fewer normals than
    a covariance has numbers.

    Attributes
    ----------
    centre : ndarray of float64, shape (d,)
        Mean direction.
    white : ndarray of float32, shape (d, d)
        From `whitener`.

    References
    ----------
    .. [1] Lee et al. (2018), NeurIPS 31, 7167, eq. 2.
    .. [2] Mueller & Hein (2025), ICML, eq. 5 (normalised features).
    """

    name: ClassVar[str] = "mahalanobis"

    centre: NDArray[np.float64]
    white: NDArray[np.float32]

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there is an embedding.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with at least one dimension.
        """
        return bool(features.embeddings.shape[1] >= 1)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Learn centre and spread.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        Mahalanobis
            Fitted.
        """
        rows = features.directions()
        centre = rows.mean(axis=0)
        covariance, _ = ledoit_wolf(rows - centre)
        return cls(centre=centre, white=whitener(covariance))

    def score(self, features: Features) -> NDArray[np.float64]:
        """Squared distance.

        Parameters
        ----------
        features : Features
            Reads the embeddings; their length does not matter.

        Returns
        -------
        ndarray of float64, shape (n,)
            At least 0.
        """
        return squared_distance(features.directions(), self.centre, self.white)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Centre and whitening matrix.

        Returns
        -------
        Mapping of str to ndarray
            ``centre`` and ``white``.
        """
        return {"centre": self.centre, "white": self.white}

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            ``centre`` and ``white``.
        fitted_on : Features
            Not read.

        Returns
        -------
        Mahalanobis
            Scores bit for bit like the original.
        """
        return cls(
            centre=np.asarray(numbers["centre"], dtype=np.float64),
            white=np.asarray(numbers["white"], dtype=np.float32),
        )
