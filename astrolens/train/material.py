"""What heads are fitted on: embeddings of allowed pictures, their labels, and what was kept away."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.config.head_recipe import HeadsRecipe
from astrolens.config.recipe import DataRecipe, Recipe
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.train.embeddings import embed_set
from astrolens.train.labels import read_labels
from astrolens.train.pack import Progress
from astrolens.train.rows import SET_COLUMN, DataSet, Row, find_data

LOOK_ALIKE = "too much like a picture that is kept apart"
NOT_THERE = "not among the pictures that may be trained on"
UNREADABLE = "unreadable"
_BLOCK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadJob:
    """One call of the verb.

    Attributes
    ----------
    source : Path
        Folder of the encoder.
    out : Path
        Folder to write.
    data : tuple of Path
        Folders and Parquet files.
    labels : Path or None
        CSV file of `astrolens.train.labels.read_labels`.
    never : tuple of Path
        CSV files whose test rows name objects to keep away from.
    apart : Mapping of Path to sequence of Path
        Folders, and the pictures below them, that nothing may look like.
    cache : Path
        Folder of graphs and embeddings.
    """

    source: Path
    out: Path
    data: tuple[Path, ...]
    labels: Path | None
    cache: Path
    never: tuple[Path, ...] = ()
    apart: Mapping[Path, Sequence[Path]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """Pictures that heads may be fitted on.

    Attributes
    ----------
    embeddings : ndarray of float32, shape (n, d)
        Not normalised.
    rows : tuple of Row
        One for each.
    origins : ndarray of str, shape (n,)
        Set that it came from.
    given : ndarray of int64, shape (n,)
        Which of the given data sets it is in.
    labels : ndarray of str, shape (n,)
        "" where nobody labelled it.
    left_out : dict of str to int
        Pictures that were not taken, by reason.
    labels_left_out : dict of str to int
        Labels that were not used, by reason.
    """

    embeddings: NDArray[np.float32]
    rows: tuple[Row, ...]
    origins: NDArray[np.str_]
    given: NDArray[np.int64]
    labels: NDArray[np.str_]
    left_out: dict[str, int]
    labels_left_out: dict[str, int]


def gather(
    encoder: OnnxEncoder, recipe: HeadsRecipe, job: HeadJob, progress: Progress
) -> tuple[Material, tuple[DataSet, ...]]:
    """Read, embed and sift.

    Parameters
    ----------
    encoder : OnnxEncoder
        In float32.
    recipe : HeadsRecipe
        Framing of the sets, and how like is too like.
    job : HeadJob
        Where everything lies.
    progress : callable
        Told what is done, how far, and of how much.

    Returns
    -------
    tuple of (Material, tuple of DataSet)
        What may be used, and the sets it came from.

    Raises
    ------
    ConfigError
        If data or labels are missing, damaged or empty.
    """
    labels = read_labels(job.labels) if job.labels else {}
    found = find_data(job.data, Recipe(data=recipe.data), job.never)
    left_out: Counter[str] = Counter()
    apart = _apart(encoder, recipe, job, progress)
    kept_apart = {folder.resolve() for folder in job.apart}
    rows: list[Row] = []
    origins: list[str] = []
    given: list[int] = []
    alike: list[NDArray[np.bool_]] = []
    parts: list[NDArray[np.float32]] = []
    for place, data in enumerate(found):
        embedded = embed_set(encoder, job.source, data, job.cache, progress)
        left_out.update(data.left_out)
        left_out[UNREADABLE] += sum(embedded.skipped.values())
        mine = [data.rows[number] for number in embedded.kept]
        rows += mine
        origins += [row.values.get(SET_COLUMN) or data.name for row in mine]
        given += [place] * len(mine)
        parts.append(embedded.numbers)
        # A set that is itself kept apart gives its own training rows: its test rows are out by name.
        alike.append(
            np.zeros(len(mine), np.bool_)
            if data.path.resolve() in kept_apart
            else _alike(embedded.numbers, apart, recipe.apart_cosine)
        )
    like = np.concatenate(alike)
    left_out[LOOK_ALIKE] += int(like.sum())
    said = np.array([labels.get((origin, row.key), "") for origin, row in zip(origins, rows, strict=True)])
    lost = len(labels) - len({about for about in _named(origins, rows) if about in labels})
    fine = np.flatnonzero(~like)
    material = Material(
        embeddings=np.concatenate(parts)[fine],
        rows=tuple(rows[number] for number in fine),
        origins=np.array(origins, dtype=np.str_)[fine],
        given=np.array(given, dtype=np.int64)[fine],
        labels=said[fine],
        left_out={reason: count for reason, count in left_out.items() if count},
        labels_left_out=_counted({NOT_THERE: lost, LOOK_ALIKE: int((said[like] != "").sum())}),
    )
    return material, found


def _named(origins: Sequence[str], rows: Sequence[Row]) -> list[tuple[str, str]]:
    return [(origin, row.key) for origin, row in zip(origins, rows, strict=True)]


def _counted(reasons: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in reasons.items() if count}


def _apart(
    encoder: OnnxEncoder, recipe: HeadsRecipe, job: HeadJob, progress: Progress
) -> NDArray[np.float32]:
    parts = [np.empty((0, encoder.dimension), np.float32)]
    for folder, files in job.apart.items():
        how = recipe.data.get(folder.resolve().name, DataRecipe())
        rows = tuple(Row(key=str(file), file=file, values={}) for file in files)
        data = DataSet(name=folder.resolve().name, path=folder, recipe=how, rows=rows, left_out={})
        parts.append(embed_set(encoder, job.source, data, job.cache, progress).numbers)
    return np.concatenate(parts)


def _alike(embeddings: NDArray[np.float32], apart: NDArray[np.float32], cosine: float) -> NDArray[np.bool_]:
    """Which of them are closer than that to any of those apart."""
    if not len(apart):
        return np.zeros(len(embeddings), np.bool_)
    mine, others = _unit(embeddings), _unit(apart)
    nearest = [(mine[at : at + _BLOCK] @ others.T).max(axis=1) for at in range(0, len(mine), _BLOCK)]
    return np.concatenate([*nearest, np.empty(0, np.float32)]) > cosine


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.maximum(lengths, np.float32(1e-12))
    return unit
