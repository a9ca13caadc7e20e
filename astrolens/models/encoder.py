"""What every encoder offers, whatever runs it: pictures in, embeddings and scores out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from astrolens.models.preprocessing import Preprocessing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """What the network says about n pictures.

    Attributes
    ----------
    embeddings : ndarray of float32, shape (n, d)
        Class token, where the network has one, followed by the mean of the patch tokens; finite, not normalised.
    logits : ndarray of float32, shape (n, c)
        Class scores before softmax; c is 0 for a model without a class head.
    heads : Mapping of str to ndarray of float32, shape (n,)
        Further heads with one number each.
    """

    embeddings: NDArray[np.float32]
    logits: NDArray[np.float32]
    heads: Mapping[str, NDArray[np.float32]]


class Encoder(Protocol):
    """A frozen network with its heads."""

    @property
    def model_id(self) -> str:
        """Name of the numbers that it makes.

        Returns
        -------
        str
            Two encoders of one name make the same numbers up to rounding; int8 has a name of its own.
        """

    @property
    def preprocessing(self) -> Preprocessing:
        """How its input is made.

        Returns
        -------
        Preprocessing
            The steps.
        """

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes in the order of the logits.

        Returns
        -------
        tuple of str
            The c classes.
        """

    @property
    def head_names(self) -> tuple[str, ...]:
        """Names of the heads with one number each.

        Returns
        -------
        tuple of str
            Keys of `Encoded.heads`.
        """

    @property
    def dimension(self) -> int:
        """Length of an embedding.

        Returns
        -------
        int
            The d numbers.
        """

    @property
    def device(self) -> str:
        """Where it runs.

        Returns
        -------
        str
            ``cpu``, ``cuda`` or ``mps``.
        """

    def encode(self, batch: NDArray[np.float32]) -> Encoded:
        """One pass over a batch.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            Made by `astrolens.analyse.preprocess.to_network_input`; n at least 1, finite.

        Returns
        -------
        Encoded
            n rows, independent of what else is in the batch up to rounding (about 1e-5 of the largest number).

        Raises
        ------
        ValueError
            If the batch has another shape or type.
        """

    def patches(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Patch tokens of a batch, for heat maps; nothing that is judged needs them.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            As for `encode`.

        Returns
        -------
        ndarray of float32, shape (n, rows, columns, width)
            The last layer; row 0 is the first row of the picture.

        Raises
        ------
        ValueError
            If the batch has another shape or type.
        """


def check_batch(batch: NDArray[np.float32], size: int) -> None:
    """Refuse what is no batch of network inputs.

    Parameters
    ----------
    batch : ndarray
        What was handed to an encoder.
    size : int
        Side of the network input in pixels.

    Raises
    ------
    ValueError
        If it has another shape or type.
    """
    if batch.ndim != 4 or len(batch) == 0 or batch.shape[1:] != (3, size, size):
        raise ValueError(f"batch has shape {batch.shape}; want (n, 3, {size}, {size}) with n >= 1")
    if batch.dtype != np.float32:
        raise ValueError(f"batch is {batch.dtype}; want float32")
