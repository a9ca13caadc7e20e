"""Heat maps: which parts of a picture are unlike everything that its source's normals show.

Only what is shown to a person needs one, so nothing of it is computed while pictures are judged. The way:

1. Once for a source and encoder: read some 32 to 64 of its normals again, ``encoder.patches(inputs)``, `HeatModel.fit`;
   keep `HeatModel.pack`.
2. For a picture that is shown: read it, ``encoder.patches(input[None])[0]`` and the box that its preprocessing kept,
   `HeatModel.heat_map`.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.patch_bank import PatchBank
from astrolens.domain.errors import BadData
from astrolens.domain.heat import Box, HeatMap

FEWEST_NORMALS = 8
ENOUGH_NORMALS = 64
_LEVELS = 257


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeatModel:
    """What the patches of a source's normals look like, and how far normals lie from that.

    Attributes
    ----------
    model_id : str
        The encoder of the patches.
    bank : PatchBank
        Patches of half of the normals.
    levels : ndarray of float32, shape (257,)
        Quantiles, evenly spaced from 0 to 1, of the distances of the other half's patches to the bank.
    """

    model_id: str
    bank: PatchBank
    levels: NDArray[np.float32]

    @classmethod
    def fit(cls, patches: NDArray[np.floating], *, model_id: str, seed: int = 0) -> Self:
        """Learn from normals.

        Parameters
        ----------
        patches : ndarray of float16 or float32, shape (n, rows, columns, width)
            Patch tokens of at least 8 normals (64 are enough); finite.
        model_id : str
            The encoder that made them.
        seed : int
            The same seed fits the same.

        Returns
        -------
        HeatModel
            Fitted: one half is remembered, the other says what distance is ordinary.

        Raises
        ------
        ValueError
            If there are fewer than 8 pictures, or the array has another shape.
        """
        if patches.ndim != 4 or len(patches) < FEWEST_NORMALS:
            raise ValueError(
                f"patches have shape {patches.shape}; want (n, rows, columns, width) of {FEWEST_NORMALS} normals or more"
            )
        order = np.random.default_rng(seed).permutation(len(patches))
        half = len(order) // 2
        bank = PatchBank.fit(patches[order[:half]], seed)
        distances = bank.distances(patches[order[half:]])
        levels = np.quantile(distances, np.linspace(0.0, 1.0, _LEVELS)).astype(np.float32)
        return cls(model_id=model_id, bank=bank, levels=levels)

    def heat_map(self, patches: NDArray[np.floating], box: Box) -> HeatMap:
        """Map of one picture.

        Parameters
        ----------
        patches : ndarray of float16 or float32, shape (rows, columns, width)
            Its patch tokens, from the encoder ``model_id``.
        box : Box
            Part of the picture that the encoder saw.

        Returns
        -------
        HeatMap
            One value a patch.

        Raises
        ------
        ValueError
            If the patches have another shape.
        """
        if patches.ndim != 3 or patches.shape[-1] != self.bank.bank.shape[1]:
            raise ValueError(
                f"patches have shape {patches.shape}; want (rows, columns, {self.bank.bank.shape[1]})"
            )
        distances = self.bank.distances(patches)
        share = np.interp(distances, self.levels, np.linspace(0.0, 1.0, len(self.levels)))
        return HeatMap(values=np.asarray(share, dtype=np.float32), box=box)

    def pack(self) -> bytes:
        """Write the model as npz.

        Returns
        -------
        bytes
            At most 1.6 MB at 192 numbers a patch.
        """
        stream = io.BytesIO()
        name = np.frombuffer(self.model_id.encode(), np.uint8)
        np.savez(stream, allow_pickle=False, model_id=name, bank=self.bank.bank, levels=self.levels)
        return stream.getvalue()

    @classmethod
    def unpack(cls, blob: bytes) -> Self:
        """Undo `pack`.

        Parameters
        ----------
        blob : bytes
            From `pack`.

        Returns
        -------
        HeatModel
            Makes the same maps bit for bit.

        Raises
        ------
        BadData
            If the bytes are damaged; fitting anew replaces them.
        """
        try:
            with np.load(io.BytesIO(blob), allow_pickle=False) as stored:
                bank, levels = stored["bank"], stored["levels"]
                model_id = stored["model_id"].tobytes().decode()
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise BadData(f"heat model cannot be read ({error}); fit it anew") from error
        if bank.ndim != 2 or levels.shape != (_LEVELS,):
            raise BadData(f"heat model holds shapes {bank.shape} and {levels.shape}; fit it anew")
        return cls(
            model_id=model_id, bank=PatchBank(bank=bank.astype(np.float16)), levels=levels.astype(np.float32)
        )
