"""Cosine distance to the nearest normals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features

_NEIGHBOURS = 10
_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """Mean cosine distance to the ten nearest normals (all of them when there are fewer).

    Attributes
    ----------
    bank : ndarray of float32, shape (m, d)
        Directions of the normals.

    References
    ----------
    .. [1] Sun et al. (2022), ICML, eq. 4; the mean of the k distances in place of the k-th, which is steadier.
    """

    name: ClassVar[str] = "neighbours"

    bank: NDArray[np.float32]

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
        """Keep the normals' directions.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Not read.

        Returns
        -------
        Neighbours
            Fitted.
        """
        return cls(bank=features.directions().astype(np.float32))

    def score(self, features: Features) -> NDArray[np.float64]:
        """Mean distance to the nearest.

        Parameters
        ----------
        features : Features
            Reads the embeddings; their length does not matter. A row that is itself in the bank counts as its own
            nearest neighbour.

        Returns
        -------
        ndarray of float64, shape (n,)
            In [0, 2] but for rounding.
        """
        rows = features.directions().astype(np.float32)
        found = np.empty(len(rows), np.float64)
        for start in range(0, len(rows), _BLOCK):
            cosine = rows[start : start + _BLOCK] @ self.bank.T  # (block, m)
            found[start : start + _BLOCK] = mean_of_nearest(cosine)
        return found

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Nothing: the fitting rows say it all.

        Returns
        -------
        Mapping of str to ndarray
            Empty.
        """
        return {}

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Keep the fitting rows' directions again.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            Not read.
        fitted_on : Features
            The rows it was fitted on.

        Returns
        -------
        Neighbours
            Scores bit for bit like the original.
        """
        return cls.fit(fitted_on, 0)


def mean_of_nearest(cosine: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean distance to the ten nearest of a bank.

    Parameters
    ----------
    cosine : ndarray of float32, shape (n, m)
        Of each row to each member of the bank; it is put in another order.

    Returns
    -------
    ndarray of float64, shape (n,)
        In [0, 2] but for rounding.
    """
    members = cosine.shape[1]
    nearest = min(_NEIGHBOURS, members)
    cosine.partition(members - nearest, axis=1)
    best = cosine[:, members - nearest :]
    return np.asarray(1.0 - np.sort(best, axis=1).mean(axis=1, dtype=np.float64), dtype=np.float64)
