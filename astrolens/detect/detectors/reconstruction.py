"""What the principal components of normals cannot draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.pixel_pca import PixelPca


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reconstruction:
    """Mean squared error of a miniature drawn from 50 principal components of normals.

    Attributes
    ----------
    pca : PixelPca
        The components.

    References
    ----------
    .. [1] Uzeirbegovic, Geach & Kaviraj (2020), MNRAS 498, 4021, section 2 (eigengalaxies; the residual as an outlier score).
    """

    name: ClassVar[str] = "reconstruction"

    pca: PixelPca

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
        """Find the components.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        Reconstruction
            Fitted.
        """
        return cls(pca=PixelPca.of(features))

    def score(self, features: Features) -> NDArray[np.float64]:
        """Error of the reconstruction.

        Parameters
        ----------
        features : Features
            Reads the miniatures.

        Returns
        -------
        ndarray of float64, shape (n,)
            At least 0, in squared levels of [0, 1].
        """
        rows = self.pca.centred(features)
        left = rows - (rows @ self.pca.components.T) @ self.pca.components
        return np.asarray((left**2).mean(axis=1), dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Mean and components.

        Returns
        -------
        Mapping of str to ndarray
            Of `PixelPca`.
        """
        return self.pca.numbers()

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
        Reconstruction
            Scores bit for bit like the original.
        """
        return cls(pca=PixelPca.restore_pca(numbers))
