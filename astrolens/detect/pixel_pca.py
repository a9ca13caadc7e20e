"""Principal components of the normals' miniatures: what the two detectors on pixels share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features

_COMPONENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelPca:
    """Mean and leading components of the normals' miniatures.

    Attributes
    ----------
    mean : ndarray of float64, shape (k,)
        Mean miniature.
    components : ndarray of float64, shape (c, k)
        Orthonormal rows by falling variance; c at most 50 and below the number of normals.

    References
    ----------
    .. [1] Jolliffe (2002), Principal Component Analysis, section 3.5 (by singular values).
    """

    mean: NDArray[np.float64]
    components: NDArray[np.float64]

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
        return bool(np.isfinite(features.miniatures).any())

    @classmethod
    def of(cls, features: Features) -> Self:
        """Find the components.

        Parameters
        ----------
        features : Features
            Normals; at least one with a miniature.

        Returns
        -------
        PixelPca
            Fitted.
        """
        known = features.miniatures[np.isfinite(features.miniatures).all(axis=1)].astype(np.float64)
        mean = known.mean(axis=0)
        _, _, turned = np.linalg.svd(known - mean, full_matrices=False)
        return cls(mean=mean, components=turned[: max(1, min(_COMPONENTS, len(known) - 1))])

    def centred(self, features: Features) -> NDArray[np.float64]:
        """Miniatures less the mean one.

        Parameters
        ----------
        features : Features
            Any rows.

        Returns
        -------
        ndarray of float64, shape (n, k)
            A picture without a miniature counts as the mean one.
        """
        rows = features.miniatures.astype(np.float64)
        return np.where(np.isnan(rows), 0.0, rows - self.mean)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Mean and components.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes.
        """
        return {"mean": self.mean, "components": self.components}

    @classmethod
    def restore_pca(cls, numbers: Mapping[str, NDArray[np.generic]]) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            As `numbers` gave them; more is allowed.

        Returns
        -------
        PixelPca
            The same.
        """
        return cls(
            mean=np.asarray(numbers["mean"], dtype=np.float64),
            components=np.asarray(numbers["components"], dtype=np.float64),
        )
