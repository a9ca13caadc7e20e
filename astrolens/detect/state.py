"""A fitted judge as bytes, and back, without pickle."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.combine import Rule
from astrolens.detect.crossfit import CrossFit, calibrate
from astrolens.detect.detector import Detector
from astrolens.detect.features import Features
from astrolens.detect.roster import Recipe, known_detectors
from astrolens.domain.errors import BadData

_FORMAT = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """Everything that a judge is.

    Attributes
    ----------
    sample : Features
        The normals in canonical order.
    given : ndarray of int64, shape (m,)
        ``given[i]`` is the row of the i-th analysis that was handed in.
    fit : CrossFit
        Detectors and curves.
    """

    sample: Features
    given: NDArray[np.int64]
    fit: CrossFit


def pack(judge: Fitted) -> bytes:
    """Write a judge as npz.

    Parameters
    ----------
    judge : Fitted
        What to keep.

    Returns
    -------
    bytes
        An npz file of plain arrays.
    """
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **_arrays(judge), given=judge.given)
    return stream.getvalue()


def unpack(blob: bytes) -> Fitted:
    """Read a judge again; it judges bit for bit like the original.

    Parameters
    ----------
    blob : bytes
        From `pack`.

    Returns
    -------
    Fitted
        Ready to judge.

    Raises
    ------
    BadData
        If the bytes are damaged or of another version; calibrating anew replaces them.
    """
    try:
        with np.load(io.BytesIO(blob), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(arrays["header"].tobytes())
        if header["format"] != _FORMAT:
            raise BadData(
                f"detector state has format {header['format']}, this version reads {_FORMAT}; calibrate anew"
            )
        return _rebuild(header, arrays)
    except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise BadData(f"detector state cannot be read ({error}); calibrate anew") from error


def identity(judge: Fitted, *, source: str) -> str:
    """Name of a judge that depends on all it was made of, and on nothing else.

    Parameters
    ----------
    judge : Fitted
        What to name.
    source : str
        Whose normals it knows.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    digest = hashlib.sha256(source.encode())
    for name, values in sorted(_arrays(judge).items()):
        digest.update(f"{name}{values.dtype}{values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:16]


def _arrays(judge: Fitted) -> dict[str, NDArray[np.generic]]:
    recipe, sample = judge.fit.recipe, judge.sample
    header = {
        "format": _FORMAT,
        "model_id": sample.model_id,
        "computed": recipe.computed,
        "combined": recipe.combined,
        "weights": recipe.weights,
        "rule": recipe.rule.value,
        "helpers": recipe.helpers,
        "helper_cap": recipe.helper_cap,
        "folds": recipe.folds,
        "heads": sorted(sample.heads),
    }
    arrays: dict[str, NDArray[np.generic]] = {
        "header": np.frombuffer(json.dumps(header, sort_keys=True).encode(), np.uint8),
        "embeddings": sample.embeddings,
        "logits": sample.logits,
        "heads": np.array([sample.heads[name] for name in sorted(sample.heads)], np.float64),
        "shapes": sample.shapes,
        "pixels": sample.pixels,
        "kept": judge.fit.kept,
        "aside": judge.fit.aside,
        "fold": judge.fit.fold,
        "own_scores": judge.fit.own_scores,
    }
    for number, detectors in enumerate(judge.fit.detectors):
        for name, detector in detectors.items():
            arrays |= {f"{number}/{name}/{key}": value for key, value in detector.numbers().items()}
    return arrays


def _rebuild(header: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]]) -> Fitted:
    names = _strings(header["computed"])
    recipe = Recipe(
        computed=names,
        combined=_strings(header["combined"]),
        weights=tuple(float(weight) for weight in _strings(header["weights"])),
        rule=Rule(str(header["rule"])),
        helpers=_strings(header["helpers"]),
        helper_cap=float(str(header["helper_cap"])),
        folds=int(str(header["folds"])),
    )
    heads = np.asarray(arrays["heads"], dtype=np.float64)
    sample = Features(
        model_id=str(header["model_id"]),
        embeddings=np.asarray(arrays["embeddings"], dtype=np.float32),
        logits=np.asarray(arrays["logits"], dtype=np.float32),
        heads=dict(zip(_strings(header["heads"]), heads, strict=True)),
        shapes=np.asarray(arrays["shapes"], dtype=np.float64),
        pixels=np.asarray(arrays["pixels"], dtype=np.float32),
    )
    kept = np.asarray(arrays["kept"], dtype=np.bool_)
    fold = np.asarray(arrays["fold"], dtype=np.int64)
    known = known_detectors()
    restored: list[Mapping[str, Detector]] = []
    for number in range(recipe.folds):
        rows = sample.take((fold != number) & kept)
        own = {name: _below(arrays, f"{number}/{name}/") for name in names}
        restored.append({name: known[name].restore(own[name], rows) for name in names})
    own_scores = np.asarray(arrays["own_scores"], dtype=np.float64)
    given = np.asarray(arrays["given"], dtype=np.int64)
    aside = np.asarray(arrays["aside"], dtype=np.bool_)
    fit = calibrate(recipe, fold, kept, tuple(restored), own_scores, aside)
    return Fitted(sample=sample, given=given, fit=fit)


def _below(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> dict[str, NDArray[np.generic]]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def _strings(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"expected a list of names, found {values!r}")
    return tuple(str(value) for value in values)
