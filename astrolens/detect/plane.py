"""A plane through embeddings on which they can be drawn: their two largest principal components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """Where the plane lies.

    Attributes
    ----------
    centre : ndarray of float64, shape (d,)
        Mean of the embeddings, each of length 1.
    axes : ndarray of float64, shape (2, d)
        Orthonormal; the largest component of each is positive, so that the same pictures give the same map.
    explained : ndarray of float64, shape (2,)
        Share of the variance along each, in [0, 1].
    fitted : int
        Number of embeddings.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    explained: NDArray[np.float64]
    fitted: int

    @classmethod
    def fit(cls, embeddings: NDArray[np.float32]) -> "Plane":
        """Lay the plane.

        Parameters
        ----------
        embeddings : ndarray of float32, shape (n, d)
            Finite; n at least 3, d at least 2.

        Returns
        -------
        Plane
            Of their largest variance.

        Raises
        ------
        ValueError
            If there are too few.

        References
        ----------
        .. [1] Jolliffe (2002), Principal Component Analysis, 2nd edition, section 3.5: by singular values.
        """
        if embeddings.ndim != 2 or embeddings.shape[0] < 3 or embeddings.shape[1] < 2:
            raise ValueError(f"embeddings have shape {embeddings.shape}; want (n, d) with n >= 3 and d >= 2")
        rows = _unit(embeddings)
        centre = rows.mean(axis=0)
        spread = rows - centre
        variance, vectors = np.linalg.eigh(spread.T @ spread)
        axes = vectors[:, :-3:-1].T
        signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
        total = float(variance.sum())
        share = np.clip(variance[:-3:-1], 0.0, None) / total if total > 0 else np.zeros(2)
        return cls(centre=centre, axes=axes * signs[:, None], explained=share, fitted=len(rows))

    def place(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Project embeddings.

        Parameters
        ----------
        embeddings : ndarray of float32, shape (n, d)
            Finite.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            In [-2, 2].
        """
        found: NDArray[np.float64] = (_unit(embeddings) - self.centre) @ self.axes.T
        return found


def _unit(embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    rows = embeddings.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
