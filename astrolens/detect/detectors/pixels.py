"""Distance to the nearest normals in numbers on the pixels of the frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.nearest import mean_distance

_NEIGHBOURS = 10
_CLIP = 8.0
_LOWER, _UPPER = 0.16, 0.84  # one sigma of a normal law on each side


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelStatistics:
    """Mean distance to the ten nearest normals, each number in units of the normals' scatter and held within 8 of them.

    Border, texture, colour, lines and light profile of the whole frame: trails, plates, glare and band faults that a
    crop around the object does not see.

    Attributes
    ----------
    centre, scale : ndarray of float64, shape (k,)
        Median and scatter of the normals.
    bank : ndarray of float64, shape (m, k)
        The normals in those units.

    References
    ----------
    .. [1] Sun et al. (2022), ICML, eq. 4; the mean of the k distances in place of the k-th.
    """

    name: ClassVar[str] = "pixels"
    neighbours: ClassVar[int] = _NEIGHBOURS

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    bank: NDArray[np.float64]

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether the pixels of any picture were measured.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False when there are no such numbers.
        """
        return bool(np.isfinite(features.pixels).any())

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Keep the normals.

        Parameters
        ----------
        features : Features
            Normals; at least one with pixel numbers.
        seed : int
            Not read.

        Returns
        -------
        PixelStatistics
            Fitted.
        """
        known = features.pixels[np.isfinite(features.pixels).all(axis=1)].astype(np.float64)
        centre = np.median(known, axis=0)
        low, high = np.quantile(known, [_LOWER, _UPPER], axis=0)
        # A number that hardly ever changes must not become the only one that counts.
        scale = (high - low) / 2.0 + 0.05 * known.std(axis=0) + 1e-3
        return cls(centre=centre, scale=scale, bank=_in_units(known, centre, scale))

    def score(self, features: Features) -> NDArray[np.float64]:
        """Mean distance to the nearest.

        Parameters
        ----------
        features : Features
            Reads the pixel numbers; NaN counts as the normals' median.

        Returns
        -------
        ndarray of float64, shape (n,)
            At least 0.
        """
        return mean_distance(self.in_units(features), self.bank, self.neighbours)

    def in_units(self, features: Features) -> NDArray[np.float64]:
        """Pixel numbers in units of the normals' scatter.

        Parameters
        ----------
        features : Features
            Reads the pixel numbers; NaN counts as the normals' median.

        Returns
        -------
        ndarray of float64, shape (n, k)
            Held within 8.
        """
        return _in_units(features.pixels.astype(np.float64), self.centre, self.scale)

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
        """Keep the fitting rows again.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            Not read.
        fitted_on : Features
            The rows it was fitted on.

        Returns
        -------
        PixelStatistics
            Scores bit for bit like the original.
        """
        return cls.fit(fitted_on, 0)


def _in_units(
    rows: NDArray[np.float64], centre: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    units = np.clip((rows - centre) / scale, -_CLIP, _CLIP)
    return np.where(np.isnan(units), 0.0, units)
