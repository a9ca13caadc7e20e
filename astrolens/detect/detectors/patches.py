"""The parts of a picture that no normal has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features
from astrolens.detect.patch_bank import PatchBank, tail_mean


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patches:
    """Mean of the hundredth of a picture's patches that lie farthest from every normal patch in memory.

    Attributes
    ----------
    memory : PatchBank
        Patches of normals.

    References
    ----------
    .. [1] Damm et al. (2025), WACV, 1319, section 3.2 (AnomalyDINO).
    """

    name: ClassVar[str] = "patches"

    memory: PatchBank

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether there are patch tokens.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False unless somebody asked the encoder for them.
        """
        return bool(features.patches.size)

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Remember patches of the normals.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Of the draw.

        Returns
        -------
        Patches
            Fitted.
        """
        return cls(memory=PatchBank.fit(features.patches, seed))

    def score(self, features: Features) -> NDArray[np.float64]:
        """How far the oddest parts are from every normal part.

        Parameters
        ----------
        features : Features
            Reads the patch tokens.

        Returns
        -------
        ndarray of float64, shape (n,)
            In [0, 2] but for rounding.
        """
        return tail_mean(self.memory.distances(features.patches))

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """The memory.

        Returns
        -------
        Mapping of str to ndarray
            ``bank``.
        """
        return {"bank": self.memory.bank}

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
        Patches
            Scores bit for bit like the original.
        """
        return cls(memory=PatchBank(bank=np.asarray(numbers["bank"], dtype=np.float16)))
