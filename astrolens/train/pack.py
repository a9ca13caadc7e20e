"""A data set decoded once: whole-level pictures in one file, mapped into memory ever after."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits
from astrolens.models.preprocessing import Preprocessing, Resampling
from astrolens.train.files import write_whole
from astrolens.train.parquet import read_pictures
from astrolens.train.pictures import eight_bit_input, read_picture
from astrolens.train.rows import DataSet, Row

Progress = Callable[[str, int, int], None]
_FORMAT = 1
_CHUNK = 128
_Made = tuple[NDArray[np.uint8], NDArray[np.uint8]] | str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """The readable pictures of one data set.

    Attributes
    ----------
    data : DataSet
        What they come from.
    rows : tuple of Row
        One for each picture.
    wide : ndarray of uint8, shape (n, 3, p, p)
        The crop with headroom around it, for views; mapped from disk.
    inputs : ndarray of uint8, shape (n, 3, size, size)
        Exactly what inference sees; mapped from disk.
    base : float
        Side of the crop over the side of ``wide``, in (0, 1].
    skipped : Mapping of str to int
        Unreadable pictures by reason.
    """

    data: DataSet
    rows: tuple[Row, ...]
    wide: NDArray[np.uint8]
    inputs: NDArray[np.uint8]
    base: float
    skipped: Mapping[str, int]


def preprocessing_of(recipe: Recipe, crop_fraction: float | None = None) -> Preprocessing:
    """Steps of the recipe's encoder.

    Parameters
    ----------
    recipe : Recipe
        What is trained.
    crop_fraction : float or None
        That of a data set with another framing; None: the encoder's own.

    Returns
    -------
    Preprocessing
        Used in training and written beside the weights.
    """
    steps = recipe.preprocessing
    return Preprocessing(
        size=recipe.network.size,
        crop_fraction=crop_fraction or steps.crop_fraction,
        resampling=Resampling(steps.resampling),
        mean=steps.mean,
        std=steps.std,
    )


def open_pack(data: DataSet, recipe: Recipe, cache: Path, *, threads: int, progress: Progress) -> Pack:
    """Decode a data set, or map what an earlier run decoded.

    Parameters
    ----------
    data : DataSet
        Rows to read; no other file is opened.
    recipe : Recipe
        Gives size, crop and headroom.
    cache : Path
        Folder of packs; made when missing. A pack is named by everything that decides its content.
    threads : int
        Pictures decoded at a time.
    progress : callable
        Told what is done, how far, and of how much.

    Returns
    -------
    Pack
        Its pictures.

    Raises
    ------
    ConfigError
        If a Parquet file is damaged.
    """
    exact = preprocessing_of(recipe, data.recipe.crop_fraction)
    whole = min(1.0, exact.crop_fraction * recipe.preprocessing.headroom)
    side = round(recipe.network.size * recipe.preprocessing.headroom)
    wide = Preprocessing(size=side, crop_fraction=whole, resampling=exact.resampling)
    name = _digest(data, exact, wide)
    index = cache / f"{name}.json"
    if not index.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        _write(data, exact, wide, cache / name, threads, progress)
    kept = json.loads(index.read_text(encoding="utf-8"))
    many = len(kept["rows"])
    return Pack(
        data=data,
        rows=tuple(data.rows[number] for number in kept["rows"]),
        wide=np.load(cache / f"{name}.wide.npy", mmap_mode="r", allow_pickle=False)[:many],
        inputs=np.load(cache / f"{name}.inputs.npy", mmap_mode="r", allow_pickle=False)[:many],
        base=exact.crop_fraction / whole,
        skipped=kept["skipped"],
    )


def _write(
    data: DataSet, exact: Preprocessing, wide: Preprocessing, stem: Path, threads: int, progress: Progress
) -> None:
    """Both arrays, then the index that makes them count; a killed run leaves no index."""
    partial = {part: stem.with_name(f"{stem.name}.{part}.partial") for part in ("wide", "inputs")}
    arrays: dict[str, Any] = {
        part: np.lib.format.open_memmap(
            partial[part], mode="w+", dtype=np.uint8, shape=(max(1, len(data.rows)), 3, size, size)
        )
        for part, size in (("wide", wide.size), ("inputs", exact.size))
    }
    rows: list[int] = []
    skipped: Counter[str] = Counter()
    limits = DecodeLimits()
    with ThreadPoolExecutor(threads, thread_name_prefix="pack") as pool:
        sources = picture_sources(data)
        done = 0
        while chunk := list(islice(sources, _CHUNK)):
            made = pool.map(
                lambda source: _make(source, exact, wide, limits), [source for _, source in chunk]
            )
            for (number, _), result in zip(chunk, made, strict=True):
                if isinstance(result, str):
                    skipped[result] += 1
                    continue
                arrays["wide"][len(rows)], arrays["inputs"][len(rows)] = result
                rows.append(number)
            done += len(chunk)
            progress(f"reading {data.name}", done, len(data.rows))
    for part, array in arrays.items():
        array.flush()
        partial[part].replace(stem.with_name(f"{stem.name}.{part}.npy"))
    index = {"rows": rows, "skipped": dict(skipped)}
    write_whole(stem.with_name(f"{stem.name}.json"), json.dumps(index).encode())


def _make(source: Path | bytes, exact: Preprocessing, wide: Preprocessing, limits: DecodeLimits) -> _Made:
    """Both arrays, or why there are none."""
    try:
        image = read_picture(source, limits)
    except BadData as error:
        return str(error).split(":", 1)[0][:80]
    return eight_bit_input(image, wide), eight_bit_input(image, exact)


def picture_sources(data: DataSet) -> Iterator[tuple[int, Path | bytes]]:
    """Where the pictures of a data set are, one at a time.

    Parameters
    ----------
    data : DataSet
        Its rows; no other picture is opened.

    Yields
    ------
    tuple of (int, Path or bytes)
        Number of the row, and the file or what a Parquet file holds.

    Raises
    ------
    ConfigError
        If a Parquet file is damaged.
    """
    if not data.rows or data.rows[0].file is not None:
        yield from ((number, row.file) for number, row in enumerate(data.rows) if row.file is not None)
        return
    numbers = {row.place: number for number, row in enumerate(data.rows)}
    for place, content in read_pictures(data.path, data.recipe.image_column, sorted(numbers)):
        yield numbers[place], content


def _digest(data: DataSet, exact: Preprocessing, wide: Preprocessing) -> str:
    """Name of the pack: changes with any file, row or step."""
    digest = sha256(f"{_FORMAT} {exact} {wide}\n".encode())
    if not data.rows or data.rows[0].file is None:
        digest.update(file_stamp(data.path).encode())
    for row in data.rows:
        digest.update(f"{row.key}\0{row.place}\0{file_stamp(row.file) if row.file else ''}\n".encode())
    return f"{data.name[:40]}-{digest.hexdigest()[:20]}"


def file_stamp(path: Path) -> str:
    """Words that change when a file does.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    str
        Place, size and time of change.
    """
    try:
        about = path.stat()
    except OSError:
        return f"{path} is gone"
    return f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"
