"""Virtual logit: what of an embedding lies outside the space that normals fill, against its class scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features

_KEPT_SHARE = 1.0 / 3.0  # of the dimensions, as for ViT-B in the paper (256 of 768)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualLogit:
    """Length of the residual outside the principal space, scaled to a logit, less the energy of the logits.

    The origin of the residual is the mean of the normals: the heads here are plural and regularised, so that no single
    last layer gives the paper's origin, minus the pseudo-inverse of its weights times its bias.

    Attributes
    ----------
    centre : ndarray of float64, shape (d,)
        Mean embedding.
    outside : ndarray of float32, shape (d, d - d // 3)
        Orthonormal directions in which normals vary least.
    scale : float
        Mean largest logit of the normals over their mean residual.

    References
    ----------
    .. [1] Wang et al. (2022), CVPR, 4911, eqs. 6 and 7 (without the final softmax, which changes no order).
    """

    name: ClassVar[str] = "vim"

    centre: NDArray[np.float64]
    outside: NDArray[np.float32]
    scale: float

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are an embedding and classes.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with three or more dimensions and a logit.
        """
        return bool(features.embeddings.shape[1] >= 3 and features.logits.shape[1] >= 1)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Learn the principal space.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        VirtualLogit
            Fitted.
        """
        rows = features.embeddings.astype(np.float64)
        centre = rows.mean(axis=0)
        centred = rows - centre
        _, vectors = np.linalg.eigh(centred.T @ centred / len(rows))  # ascending
        width = rows.shape[1]
        outside = vectors[:, : width - int(width * _KEPT_SHARE)].astype(np.float32)
        residual = float(np.linalg.norm(centred @ outside.astype(np.float64), axis=1).mean())
        largest = float(features.logits.astype(np.float64).max(axis=1).mean())
        return cls(centre=centre, outside=outside, scale=abs(largest) / residual if residual > 0.0 else 0.0)

    def score(self, features: Features) -> NDArray[np.float64]:
        """Virtual logit less energy.

        Parameters
        ----------
        features : Features
            Reads embeddings and logits.

        Returns
        -------
        ndarray of float64, shape (n,)
            Finite.
        """
        centred = features.embeddings.astype(np.float64) - self.centre
        residual = np.sqrt(((centred @ self.outside.astype(np.float64)) ** 2).sum(axis=1))
        logits = features.logits.astype(np.float64)
        largest = logits.max(axis=1)
        energy = largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
        return np.asarray(self.scale * residual - energy, dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Centre, directions and scale.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes.
        """
        return {"centre": self.centre, "outside": self.outside, "scale": np.array([self.scale], np.float64)}

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
        VirtualLogit
            Scores bit for bit like the original.
        """
        return cls(
            centre=np.asarray(numbers["centre"], dtype=np.float64),
            outside=np.asarray(numbers["outside"], dtype=np.float32),
            scale=float(np.asarray(numbers["scale"], dtype=np.float64)[0]),
        )
