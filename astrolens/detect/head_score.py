"""A head of the encoder as a detector: learnt with the encoder, so that there is nothing to fit."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.unfitted import Unfitted


class HeadScore(Unfitted):
    """Output of the head that the class names; a class beside it says which and why.

    References
    ----------
    .. [1] Hendrycks, Mazeika & Dietterich (2019), ICLR, eq. 1 (outlier exposure).
    """

    __slots__ = ()

    name: ClassVar[str]
    head: ClassVar[str]
    better_head: ClassVar[str] = ""

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether the encoder has the head, and none that does the same better.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            True with a head named ``head`` and none named ``better_head``.
        """
        return cls.head in features.heads and cls.better_head not in features.heads

    def score(self, features: Features) -> NDArray[np.float64]:
        """Output of the head.

        Parameters
        ----------
        features : Features
            Reads the head.

        Returns
        -------
        ndarray of float64, shape (n,)
            Any sign.
        """
        return np.array(features.heads[self.head], dtype=np.float64)
