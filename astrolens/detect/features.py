"""Analyses of many pictures as arrays, in the form that detectors read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """What detectors may look at, one row a picture.

    Attributes
    ----------
    model_id : str
        The encoder of every row.
    embeddings : ndarray of float32, shape (n, d)
        Finite, not normalised.
    logits : ndarray of float32, shape (n, c)
        Class scores before softmax; finite. ``c`` may be 0.
    heads : Mapping of str to ndarray of float64, shape (n,)
        The encoder's one-number heads; finite.
    shapes : ndarray of float64, shape (n, m)
        `Morphology.numbers` in their order; NaN where not measured.
    pixels : ndarray of float32, shape (n, k)
        Numbers on the pixels of the frame; a row of NaN where they were not measured. ``k`` may be 0.
    miniatures : ndarray of float32, shape (n, k)
        The frame in grey, in [0, 1], row by row; a row of NaN where there is none. ``k`` may be 0.
    patches : ndarray of float16, shape (n, rows, columns, width)
        Patch tokens where somebody asked the encoder for them (`astrolens.models.encoder.Encoder.patches`); else
        (n, 0, 0, 0). A stored calibration does not keep them.
    """

    model_id: str
    embeddings: NDArray[np.float32]
    logits: NDArray[np.float32]
    heads: Mapping[str, NDArray[np.float64]]
    shapes: NDArray[np.float64]
    pixels: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    miniatures: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    patches: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 0, 0, 0), np.float16))

    def __post_init__(self) -> None:
        """Give what was not measured its rows."""
        for name in ("pixels", "miniatures", "patches"):
            values = getattr(self, name)
            if len(values) != len(self.embeddings):
                if values.size:
                    raise ValueError(f"{len(values)} rows of {name} for {len(self.embeddings)} pictures")
                object.__setattr__(
                    self, name, np.zeros((len(self.embeddings), *values.shape[1:]), values.dtype)
                )

    @classmethod
    def stack(cls, analyses: Sequence[Analysis]) -> Self:
        """Put analyses of one encoder side by side.

        Parameters
        ----------
        analyses : sequence of Analysis
            At least one.

        Returns
        -------
        Features
            Rows in the given order.

        Raises
        ------
        ValueError
            If there is none, encoders or heads differ, lengths differ, or a number of the network is not finite.
        """
        if not analyses:
            raise ValueError("no analyses were given; at least one is needed")
        models = {analysis.model_id for analysis in analyses}
        if len(models) > 1:
            raise ValueError(f"analyses of different encoders cannot be compared: {sorted(models)}")
        names = sorted(analyses[0].heads)
        if any(sorted(analysis.heads) != names for analysis in analyses):
            raise ValueError(f"analyses of {analyses[0].model_id} differ in their heads; expected {names}")
        if len({(len(analysis.embedding), len(analysis.logits)) for analysis in analyses}) > 1:
            raise ValueError(
                f"analyses of {analyses[0].model_id} differ in the length of embedding or logits"
            )
        found = cls(
            model_id=analyses[0].model_id,
            embeddings=np.stack([a.embedding for a in analyses]).astype(np.float32, copy=False),
            logits=np.stack([a.logits for a in analyses]).astype(np.float32, copy=False),
            heads={name: np.array([a.heads[name] for a in analyses], np.float64) for name in names},
            shapes=np.array([_shape(a.morphology) for a in analyses], np.float64),
            pixels=_rows([a.pixels for a in analyses], "pixel numbers"),
            miniatures=_rows([a.miniature for a in analyses], "miniature") / np.float32(255.0),
        )
        checked: dict[str, NDArray[np.floating]] = {
            "embedding": found.embeddings,
            "logits": found.logits,
            **found.heads,
        }
        for name, values in checked.items():
            if not np.isfinite(values).all():
                raise ValueError(f"{name} of {found.model_id} holds a number that is not finite")
        return found

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.embeddings)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Features":
        """Pick rows.

        Parameters
        ----------
        rows : ndarray of intp or bool
            Row numbers, or a mask of length n.

        Returns
        -------
        Features
            The picked rows, copied.
        """
        return Features(
            model_id=self.model_id,
            embeddings=self.embeddings[rows],
            logits=self.logits[rows],
            heads={name: values[rows] for name, values in self.heads.items()},
            shapes=self.shapes[rows],
            pixels=self.pixels[rows],
            miniatures=self.miniatures[rows],
            patches=self.patches[rows],
        )

    def directions(self) -> NDArray[np.float64]:
        """Embeddings scaled to length one.

        Returns
        -------
        ndarray of float64, shape (n, d)
            A zero embedding stays zero.
        """
        rows = self.embeddings.astype(np.float64)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(length > 0.0, length, 1.0)

    def canonical_order(self) -> NDArray[np.intp]:
        """Order of the rows that depends only on what they hold.

        Returns
        -------
        ndarray of intp, shape (n,)
            ``take(canonical_order())`` is the same for every permutation of the rows. What was measured on the pixels comes
            first: the network's numbers may differ in the last digit with the pictures that it was given together.
        """
        heads = [self.heads[name] for name in sorted(self.heads)]
        keys = []
        for row in range(len(self)):
            measured = (self.shapes[row], self.pixels[row], self.miniatures[row])
            encoded = (self.embeddings[row], self.logits[row], *(head[row] for head in heads))
            keys.append((_digest(measured), _digest(encoded)))
        return np.array(sorted(range(len(self)), key=keys.__getitem__), np.intp)


def _digest(parts: Sequence[NDArray[np.generic]]) -> bytes:
    return hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in parts)).digest()


def _shape(morphology: Morphology) -> tuple[float, ...]:
    """Without what was measured only because a person was to see the picture: it would tell the odd from the others."""
    if not morphology.flags & MorphologyFlag.LATER:
        return morphology.numbers()
    nothing = dict.fromkeys(Morphology.number_names(), np.nan)
    return tuple((nothing | {"sky": morphology.sky, "sky_sigma": morphology.sky_sigma}).values())


def _rows(values: Sequence[NDArray[np.generic]], what: str) -> NDArray[np.float32]:
    """One flat row each; NaN for what is empty."""
    widths = {value.size for value in values} - {0}
    if len(widths) > 1:
        raise ValueError(f"analyses differ in the length of their {what}: {sorted(widths)}")
    table = np.full((len(values), max(widths, default=0)), np.nan, np.float32)
    for row, value in zip(table, values, strict=True):
        if value.size:
            row[:] = value.reshape(-1)
    return table


def shape_column(name: str) -> int:
    """Column of a shape number in `Features.shapes`.

    Parameters
    ----------
    name : str
        One of `Morphology.number_names`.

    Returns
    -------
    int
        Column number.
    """
    return Morphology.number_names().index(name)
