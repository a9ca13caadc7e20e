"""Network output and shape put together: what one picture measures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from astrolens.domain.analysis import Analysis, Morphology

if TYPE_CHECKING:
    from astrolens.models.encoder import Encoded


def to_analysis(
    encoded: "Encoded", row: int, morphology: Morphology, *, model_id: str, class_names: tuple[str, ...]
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
    )


def analyses_from(
    encoded: "Encoded", morphologies: Sequence[Morphology], *, model_id: str, class_names: tuple[str, ...]
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

    Returns
    -------
    list of Analysis
        In the same order.

    Raises
    ------
    ValueError
        If the two lengths differ.
    """
    if len(morphologies) != len(encoded.embeddings):
        raise ValueError(f"{len(encoded.embeddings)} encoded pictures, {len(morphologies)} shapes")
    return [
        to_analysis(encoded, row, morphology, model_id=model_id, class_names=class_names)
        for row, morphology in enumerate(morphologies)
    ]
