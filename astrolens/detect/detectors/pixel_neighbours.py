"""Distance to the nearest normals in principal components of pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.nearest import mean_distance
from astrolens.detect.pixel_pca import PixelPca

_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelNeighbours:
    """Mean distance to the ten nearest normals among 50 principal components of the miniature.

    The family of the published peer; here on a miniature of the whole frame.

    Attributes
    ----------
    pca : PixelPca
        The components.
    bank : ndarray of float64, shape (m, c)
        The normals in them.

    References
    ----------
    .. [1] Lochner & Bassett (2021), Astron. Comput. 36, 100481, section 3 (components of pixels).
    .. [2] Ramaswamy, Rastogi & Shim (2000), SIGMOD, 427, section 2 (distance to the k-th neighbour; here the mean of k).
    """

    name: ClassVar[str] = "pixel_neighbours"

    pca: PixelPca
    bank: NDArray[np.float64]

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether any picture has a miniature.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False when there is none.
        """
        return PixelPca.applies(features)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Find the components and keep the normals.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        PixelNeighbours
            Fitted.
        """
        pca = PixelPca.of(features)
        return cls(pca=pca, bank=pca.centred(features) @ pca.components.T)

    def score(self, features: Features) -> NDArray[np.float64]:
        """Mean distance to the nearest.

        Parameters
        ----------
        features : Features
            Reads the miniatures.

        Returns
        -------
        ndarray of float64, shape (n,)
            At least 0.
        """
        return mean_distance(self.pca.centred(features) @ self.pca.components.T, self.bank, _NEIGHBOURS)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Components and normals.

        Returns
        -------
        Mapping of str to ndarray
            Those of `PixelPca`, and ``bank``.
        """
        return {**self.pca.numbers(), "bank": self.bank}

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            As `numbers` gave them.
        fitted_on : Features
            Not read.

        Returns
        -------
        PixelNeighbours
            Scores bit for bit like the original.
        """
        return cls(pca=PixelPca.restore_pca(numbers), bank=np.asarray(numbers["bank"], dtype=np.float64))
