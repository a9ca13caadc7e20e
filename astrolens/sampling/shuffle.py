"""A shuffled deck that is never laid out: the n-th card is computed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 6
_GOLDEN = 0x9E3779B97F4A7C15
_64_BITS = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle:
    """Pseudo-random order of the numbers below ``count``, the same for the same seed.

    A Feistel network over the next even number of bits, walked until it falls below ``count`` [1]_, with the
    finaliser of SplitMix64 [2]_ as its round function.

    Attributes
    ----------
    count : int
        How many numbers, in [1, 2**60].
    seed : int
        Which order, in [0, 2**63).

    References
    ----------
    .. [1] Black and Rogaway (2002), CT-RSA, LNCS 2271, 114, sections 3 and 4.
    .. [2] Steele, Lea and Flood (2014), OOPSLA, 453, figure 16.
    """

    count: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse a deck that cannot be shuffled."""
        if not 1 <= self.count <= 2**60:
            raise ValueError(f"count is {self.count}; it must be from 1 to 2**60")

    def at(self, places: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Numbers at some places of the order.

        Parameters
        ----------
        places : ndarray of uint64, shape (n,)
            Each below ``count``.

        Returns
        -------
        ndarray of uint64, shape (n,)
            Each below ``count``; different places give different numbers.
        """
        numbers = self._mixed(places)
        outside = np.flatnonzero(numbers >= self.count)
        while outside.size:
            numbers[outside] = self._mixed(numbers[outside])
            outside = outside[numbers[outside] >= self.count]
        return numbers

    def _mixed(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        half = np.uint64(max(1, ((self.count - 1).bit_length() + 1) // 2))
        mask = np.uint64((1 << int(half)) - 1)
        left, right = numbers >> half, numbers & mask
        for turn in range(_ROUNDS):
            key = np.uint64((self.seed + (turn + 1) * _GOLDEN) & _64_BITS)
            left, right = right, left ^ (_scrambled(right + key) & mask)
        return (left << half) | right


def _scrambled(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser, twice, so that neighbouring keys share nothing."""
    for _ in range(2):
        numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        numbers = numbers ^ (numbers >> np.uint64(31))
    return numbers
