"""A bounded memory of normal patches, and how far a patch is from it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

LARGEST_BANK = 4096
_TOP_SHARE = 0.01
_BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatchBank:
    """Directions of patches of normals, thinned so that memory and time stay bounded.

    Drawn at random and not by the greedy k-centre rule of PatchCore (Roth et al. 2022, algorithm 1): that rule keeps what
    lies farthest out first, and in an unlabelled sample those are the anomalies.

    Attributes
    ----------
    bank : ndarray of float16, shape (m, width)
        Of length one but for rounding; m at most 4,096.

    References
    ----------
    .. [1] Damm et al. (2025), WACV, 1319, section 3.2 (AnomalyDINO).
    """

    bank: NDArray[np.float16]

    @classmethod
    def fit(cls, patches: NDArray[np.floating], seed: int, *, largest: int = LARGEST_BANK) -> Self:
        """Remember patches of normals.

        Parameters
        ----------
        patches : ndarray of float16 or float32, shape (..., width)
            Patch tokens of normals; finite, at least one.
        seed : int
            The same seed draws the same.
        largest : int
            Most patches that are kept.

        Returns
        -------
        PatchBank
            Fitted.
        """
        flat = patches.reshape(-1, patches.shape[-1])
        if len(flat) > largest:
            rows = np.random.default_rng(seed).choice(len(flat), largest, replace=False)
            flat = flat[np.sort(rows)]
        return cls(bank=directions(flat).astype(np.float16))

    def distances(self, patches: NDArray[np.floating]) -> NDArray[np.float32]:
        """Cosine distance of each patch to the nearest normal one.

        Parameters
        ----------
        patches : ndarray of float16 or float32, shape (..., width)
            Patch tokens; finite.

        Returns
        -------
        ndarray of float32, shape (...)
            In [0, 2] but for rounding.
        """
        known = self.bank.astype(np.float32).T
        flat = patches.reshape(-1, patches.shape[-1])
        found = np.empty(len(flat), np.float32)
        for start in range(0, len(flat), _BLOCK):
            found[start : start + _BLOCK] = 1.0 - (directions(flat[start : start + _BLOCK]) @ known).max(
                axis=1
            )
        return found.reshape(patches.shape[:-1])


def tail_mean(distances: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of the largest hundredth of a picture's distances.

    Parameters
    ----------
    distances : ndarray of float32, shape (n, rows, columns)
        From `PatchBank.distances`.

    Returns
    -------
    ndarray of float64, shape (n,)
        Of one patch at least.

    References
    ----------
    .. [1] Damm et al. (2025), WACV, 1319, section 3.2 (mean of the 1 % highest, an empirical tail value at risk).
    """
    flat = distances.reshape(len(distances), -1)
    count = max(1, int(np.ceil(_TOP_SHARE * flat.shape[1])))
    largest = np.partition(flat, flat.shape[1] - count, axis=1)[:, -count:]
    return np.asarray(np.sort(largest, axis=1).mean(axis=1, dtype=np.float64), dtype=np.float64)


def directions(patches: NDArray[np.floating]) -> NDArray[np.float32]:
    """Patches scaled to length one.

    Parameters
    ----------
    patches : ndarray of float16 or float32, shape (n, width)
        Finite.

    Returns
    -------
    ndarray of float32, shape (n, width)
        A zero patch stays zero.
    """
    rows = patches.astype(np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0.0, length, np.float32(1.0)), dtype=np.float32)
