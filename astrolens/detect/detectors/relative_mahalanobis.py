"""Mahalanobis distance to the nearest class, less the distance to everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.covariance import ledoit_wolf, squared_distance, whitener
from astrolens.detect.features import Features


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelativeMahalanobis:
    """Relative Mahalanobis on embeddings of length one; classes are the encoder's own predictions.

    Attributes
    ----------
    centres : ndarray of float64, shape (k, d)
        Mean direction of each class that has normals.
    white : ndarray of float32, shape (d, d)
        Whitener of the covariance shared by the classes.
    background_centre : ndarray of float64, shape (d,)
        Mean direction of all normals.
    background_white : ndarray of float32, shape (d, d)
        Whitener of their covariance.

    References
    ----------
    .. [1] Ren et al. (2021), arXiv:2106.09022, eq. 3.
    .. [2] Mueller & Hein (2025), ICML, eq. 5 (normalised features).
    """

    name: ClassVar[str] = "relative_mahalanobis"

    centres: NDArray[np.float64]
    white: NDArray[np.float32]
    background_centre: NDArray[np.float64]
    background_white: NDArray[np.float32]

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are embeddings and at least two classes.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False without classes.
        """
        return bool(features.embeddings.shape[1] >= 1 and features.logits.shape[1] >= 2)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Learn the classes' centres, their shared spread, and the spread of all.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        RelativeMahalanobis
            Fitted.
        """
        rows = features.directions()
        _, member = np.unique(features.logits.argmax(axis=1), return_inverse=True)
        centres = np.stack([rows[member == k].mean(axis=0) for k in range(int(member.max()) + 1)])
        middle = rows.mean(axis=0)
        shared, _ = ledoit_wolf(rows - centres[member])
        background, _ = ledoit_wolf(rows - middle)
        return cls(
            centres=centres,
            white=whitener(shared),
            background_centre=middle,
            background_white=whitener(background),
        )

    def score(self, features: Features) -> NDArray[np.float64]:
        """Distance to the nearest class less the distance to the middle of all.

        Parameters
        ----------
        features : Features
            Reads the embeddings; their length does not matter.

        Returns
        -------
        ndarray of float64, shape (n,)
            Any sign.
        """
        rows = features.directions()
        nearest = np.min([squared_distance(rows, centre, self.white) for centre in self.centres], axis=0)
        background = squared_distance(rows, self.background_centre, self.background_white)
        return np.asarray(nearest - background, dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Centres and whitening matrices.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes.
        """
        return {
            "centres": self.centres,
            "white": self.white,
            "background_centre": self.background_centre,
            "background_white": self.background_white,
        }

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            By the names of the attributes.
        fitted_on : Features
            Not read.

        Returns
        -------
        RelativeMahalanobis
            Scores bit for bit like the original.
        """
        return cls(
            centres=np.asarray(numbers["centres"], dtype=np.float64),
            white=np.asarray(numbers["white"], dtype=np.float32),
            background_centre=np.asarray(numbers["background_centre"], dtype=np.float64),
            background_white=np.asarray(numbers["background_white"], dtype=np.float32),
        )
