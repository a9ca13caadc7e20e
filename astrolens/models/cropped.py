"""An encoder whose crop somebody else chose."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from astrolens.models.encoder import Encoded, Encoder
from astrolens.models.preprocessing import Crop, Preprocessing


class CroppedEncoder:
    """The same network fed with another part of each picture; its numbers have a name of their own.

    Parameters
    ----------
    encoder : Encoder
        What encodes.
    crop : Crop
        What the crop follows in place of its own rule.
    """

    def __init__(self, encoder: Encoder, crop: Crop) -> None:
        self._encoder = encoder
        self._preprocessing = replace(encoder.preprocessing, crop=crop)

    @property
    def model_id(self) -> str:
        """Name of the numbers that it makes.

        Returns
        -------
        str
            That of the encoder, and the crop.
        """
        return f"{self._encoder.model_id}-{self._preprocessing.crop}"

    @property
    def preprocessing(self) -> Preprocessing:
        """How its input is made.

        Returns
        -------
        Preprocessing
            The steps, with the chosen crop.
        """
        return self._preprocessing

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes.

        Returns
        -------
        tuple of str
            In the order of the logits.
        """
        return self._encoder.class_names

    @property
    def head_names(self) -> tuple[str, ...]:
        """Names of the heads with one number each.

        Returns
        -------
        tuple of str
            Keys of `Encoded.heads`.
        """
        return self._encoder.head_names

    @property
    def dimension(self) -> int:
        """Length of an embedding.

        Returns
        -------
        int
            The d numbers.
        """
        return self._encoder.dimension

    @property
    def device(self) -> str:
        """Where it runs.

        Returns
        -------
        str
            ``cpu``, ``cuda`` or ``mps``.
        """
        return self._encoder.device

    def encode(self, batch: NDArray[np.float32]) -> Encoded:
        """One pass over a batch.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            As for the encoder.

        Returns
        -------
        Encoded
            n rows.
        """
        return self._encoder.encode(batch)

    def patches(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Patch tokens of a batch.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            As for the encoder.

        Returns
        -------
        ndarray of float32, shape (n, rows, columns, width)
            As the encoder's own.
        """
        return self._encoder.patches(batch)


def with_crop(encoder: Encoder, crop: Crop) -> Encoder:
    """Let an encoder's crop follow another rule.

    Parameters
    ----------
    encoder : Encoder
        As loaded.
    crop : Crop
        What the crop shall follow.

    Returns
    -------
    Encoder
        The same object when that is its own rule already.
    """
    return encoder if encoder.preprocessing.crop is crop else CroppedEncoder(encoder, crop)
