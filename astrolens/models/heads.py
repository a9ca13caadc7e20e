"""Linear heads on a frozen embedding; numpy is fast enough for a few dot products, so torch is not needed."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from astrolens.domain.errors import ConfigError
from astrolens.models.encoder import Encoded
from astrolens.models.folder import HEADS, HeadMeanings, load_head_meanings


class LinearHeads:
    """Weights and meanings of all heads of a model.

    Parameters
    ----------
    weights : Mapping of str to tuple of ndarray
        Weight, shape (outputs, d), and bias, shape (outputs,), of each head.
    meanings : HeadMeanings
        What the heads stand for.
    """

    def __init__(
        self, weights: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]], meanings: HeadMeanings
    ) -> None:
        self._weights = dict(weights)
        self.meanings = meanings

    @classmethod
    def load(cls, folder: Path, dimension: int) -> "LinearHeads":
        """Read the heads that have a meaning; a model may have none.

        Parameters
        ----------
        folder : Path
            Folder of the model.
        dimension : int
            Length d of the embedding.

        Returns
        -------
        LinearHeads
            Ready for use.

        Raises
        ------
        ConfigError
            If a file is missing or damaged, or a head is absent or does not fit the embedding.
        """
        meanings = load_head_meanings(folder)
        if not meanings.class_head:
            return cls({}, meanings)
        path = folder / HEADS
        try:
            stored = load_file(path)
        except (OSError, SafetensorError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}: {error}") from error
        wanted = {meanings.class_head: len(meanings.class_names)} | dict.fromkeys(meanings.number_heads, 1)
        weights = {name: _head(path, stored, name, (outputs, dimension)) for name, outputs in wanted.items()}
        return cls(weights, meanings)

    def read(self, embeddings: NDArray[np.float32]) -> Encoded:
        """Apply every head.

        Parameters
        ----------
        embeddings : ndarray of float32, shape (n, d)
            What the network made of n pictures.

        Returns
        -------
        Encoded
            The embeddings with logits and numbers.
        """
        outputs = {name: embeddings @ weight.T + bias for name, (weight, bias) in self._weights.items()}
        return Encoded(
            embeddings=embeddings,
            logits=outputs.get(self.meanings.class_head, np.zeros((len(embeddings), 0), np.float32)),
            heads={name: outputs[name][:, 0] for name in self.meanings.number_heads},
        )


def _head(
    path: Path, stored: Mapping[str, NDArray[np.float32]], name: str, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    weight, bias = stored.get(f"{name}.weight"), stored.get(f"{name}.bias")
    if weight is None or bias is None:
        raise ConfigError(f"{path}: no head named {name!r}; it holds {', '.join(sorted(stored))}")
    if weight.shape != shape or bias.shape != shape[:1]:
        raise ConfigError(
            f"{path}: {name}.weight has shape {weight.shape} and its bias {bias.shape}; "
            f"want {shape} and {shape[:1]}"
        )
    return weight.astype(np.float32), bias.astype(np.float32)
