"""What a frozen encoder makes of a data set, kept so that a second fit need not wait for it."""

import io
import json
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.preprocess import to_network_input
from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits
from astrolens.models.folder import CONFIG, WEIGHTS
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import REVISION
from astrolens.models.preprocessing import Crop, Preprocessing
from astrolens.train.files import write_whole
from astrolens.train.pack import Progress, file_stamp, picture_sources
from astrolens.train.pictures import read_picture
from astrolens.train.rows import DataSet

_FORMAT = 1
_BATCH = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embedded:
    """Embeddings of the readable pictures of a data set.

    Attributes
    ----------
    numbers : ndarray of float32, shape (n, d)
        One row for each of them.
    kept : ndarray of int64, shape (n,)
        Their places among the rows of the data set.
    skipped : dict of str to int
        Unreadable pictures by reason.
    """

    numbers: NDArray[np.float32]
    kept: NDArray[np.int64]
    skipped: dict[str, int]


def embed_set(
    encoder: OnnxEncoder, folder: Path, data: DataSet, cache: Path | None, progress: Progress
) -> Embedded:
    """Embed the pictures of a data set, framed as its recipe wants.

    Parameters
    ----------
    encoder : OnnxEncoder
        In float32.
    folder : Path
        Where it was loaded from.
    data : DataSet
        No other picture is opened.
    cache : Path or None
        Folder of earlier embeddings; made when missing. The name of a file follows from network, steps and pictures, not from heads.
    progress : callable
        Told what is done, how far, and of how much.

    Returns
    -------
    Embedded
        In the order of the rows.

    Raises
    ------
    ConfigError
        If a Parquet file is damaged.
    """
    steps = replace(
        encoder.preprocessing,
        crop=Crop.FRACTION,
        crop_fraction=data.recipe.crop_fraction or encoder.preprocessing.crop_fraction,
    )
    path = None if cache is None else cache / f"{data.name[:40]}-{_digest(folder, steps, data)}.npz"
    if path is not None and path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            return Embedded(
                numbers=stored["numbers"], kept=stored["kept"], skipped=json.loads(str(stored["skipped"]))
            )
    made = _embed(encoder, steps, data, progress)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        np.savez(out, numbers=made.numbers, kept=made.kept, skipped=np.array(json.dumps(made.skipped)))
        write_whole(path, out.getvalue())
    return made


def _embed(encoder: OnnxEncoder, steps: Preprocessing, data: DataSet, progress: Progress) -> Embedded:
    limits = DecodeLimits()
    skipped: Counter[str] = Counter()
    kept: list[int] = []
    inputs: list[NDArray[np.float32]] = []
    parts = [np.empty((0, encoder.dimension), np.float32)]
    for done, (number, source) in enumerate(picture_sources(data), start=1):
        try:
            inputs.append(to_network_input(read_picture(source, limits), steps))
            kept.append(number)
        except BadData as error:
            skipped[str(error).split(":", 1)[0][:80]] += 1
        if len(inputs) == _BATCH:
            parts.append(encoder.encode(np.stack(inputs)).embeddings)
            inputs.clear()
        progress(f"embedding {data.name}", done, len(data.rows))
    if inputs:
        parts.append(encoder.encode(np.stack(inputs)).embeddings)
    return Embedded(numbers=np.concatenate(parts), kept=np.array(kept, dtype=np.int64), skipped=dict(skipped))


def _digest(folder: Path, steps: Preprocessing, data: DataSet) -> str:
    digest = sha256(f"{_FORMAT} {REVISION} {steps}\n".encode())
    for name in (CONFIG, WEIGHTS):
        digest.update(sha256((folder / name).read_bytes()).digest())
    if data.rows and data.rows[0].file is None:
        digest.update(file_stamp(data.path).encode())
    for row in data.rows:
        digest.update(f"{row.key}\0{row.place}\0{file_stamp(row.file) if row.file else ''}\n".encode())
    return digest.hexdigest()[:20]
