"""Finding what lies near among many directions, in logarithmic time."""

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.sky import SkyPosition, chord


class Directions:
    """Unit vectors in a tree.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, 3)
        Unit vectors; n may be 0. NaN is refused.
    """

    def __init__(self, vectors: NDArray[np.float64]) -> None:
        from scipy.spatial import cKDTree

        self._tree = cKDTree(vectors) if len(vectors) else None

    def within(self, position: SkyPosition, radius_arcsec: float) -> list[int]:
        """Which directions lie within a radius.

        Parameters
        ----------
        position : SkyPosition
            Centre.
        radius_arcsec : float
            In [0, 648000].

        Returns
        -------
        list of int
            Row numbers, ascending.
        """
        if self._tree is None:
            return []
        rows = self._tree.query_ball_point(position.unit_vector(), chord(radius_arcsec) * (1 + 1e-12) + 1e-15)
        return sorted(int(row) for row in rows)
