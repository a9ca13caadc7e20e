"""Network output and shape put together: what one picture measures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.analysis import Analysis, Morphology

if TYPE_CHECKING:
    from astrolens.models.encoder import Encoded


def to_analysis(
    encoded: "Encoded",
    row: int,
    morphology: Morphology,
    *,
    model_id: str,
    class_names: tuple[str, ...],
    pixels: NDArray[np.float16] | None = None,
    miniature: NDArray[np.uint8] | None = None,
) -> Analysis:
    """Analysis of one picture out of an encoded batch.

    Parameters
    ----------
    encoded : Encoded
        A batch.
    row : int
        Place of the picture in it.
    morphology : Morphology
        Its shape.
    model_id : str
        The encoder's name.
    class_names : tuple of str
        The encoder's classes.
    pixels : ndarray of float16, shape (m,), optional
        From `astrolens.analyse.pixels.pixel_numbers`.
    miniature : ndarray of uint8, shape (side, side), optional
        From `astrolens.analyse.pixels.miniature`.

    Returns
    -------
    Analysis
        Holds copies, so the batch can be let go.
    """
    return Analysis(
        model_id=model_id,
        embedding=np.array(encoded.embeddings[row], dtype=np.float32),
        logits=np.array(encoded.logits[row], dtype=np.float32),
        class_names=class_names,
        heads={name: float(values[row]) for name, values in encoded.heads.items()},
        morphology=morphology,
        pixels=np.zeros(0, np.float16) if pixels is None else np.array(pixels, dtype=np.float16),
        miniature=np.zeros((0, 0), np.uint8) if miniature is None else np.array(miniature, dtype=np.uint8),
    )


def analyses_from(
    encoded: "Encoded",
    morphologies: Sequence[Morphology],
    *,
    model_id: str,
    class_names: tuple[str, ...],
    pixels: Sequence[NDArray[np.float16]] | None = None,
) -> list[Analysis]:
    """Analyses of a whole encoded batch.

    Parameters
    ----------
    encoded : Encoded
        A batch of n pictures.
    morphologies : sequence of Morphology
        Their n shapes, in the same order.
    model_id : str
        The encoder's name.
    class_names : tuple of str
        The encoder's classes.
    pixels : sequence of ndarray of float16, optional
        Their pixel numbers.

    Returns
    -------
    list of Analysis
        In the same order.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    if len(morphologies) != len(encoded.embeddings):
        raise ValueError(f"{len(encoded.embeddings)} encoded pictures, {len(morphologies)} shapes")
    if pixels is not None and len(pixels) != len(morphologies):
        raise ValueError(f"{len(encoded.embeddings)} encoded pictures, pixel numbers of {len(pixels)}")
    return [
        to_analysis(
            encoded, row, morphology, model_id=model_id, class_names=class_names,
            pixels=None if pixels is None else pixels[row],
        )
        for row, morphology in enumerate(morphologies)
    ]  # fmt: skip
