"""A model on disk: which files it has, what it is called, what its heads mean; free of torch."""

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
HEADS = "heads.safetensors"
HEAD_MEANINGS = "heads.json"
PREPROCESSING = "preprocessing.json"
PRECISION = "precision.json"
_BUNDLED = "bundled"
_PARTS = (CONFIG, WEIGHTS, HEADS, HEAD_MEANINGS, PREPROCESSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMeanings:
    """What the linear heads on the embedding stand for.

    Attributes
    ----------
    class_head : str
        Name of the head whose outputs are class scores.
    class_names : tuple of str
        Its classes in the order of its outputs.
    number_heads : tuple of str
        Heads with one output each, for example the log-odds of a second galaxy.
    """

    class_head: str
    class_names: tuple[str, ...]
    number_heads: tuple[str, ...]


def model_folder(model: str) -> Path:
    """Folder of the model that a setting names.

    Parameters
    ----------
    model : str
        ``bundled``, or the path of a local folder.

    Returns
    -------
    Path
        A folder that holds every file of a model.

    Raises
    ------
    ConfigError
        If a file of the model is missing.
    """
    bundled = model == _BUNDLED
    folder = Path(str(files("astrolens.models.bundled"))) if bundled else Path(model).expanduser()
    missing = [name for name in _PARTS if not (folder / name).is_file()]
    if missing:
        raise ConfigError(
            f"analyse.model = {model!r}: {folder} lacks {', '.join(missing)}; "
            f'use "bundled" or a folder that holds {", ".join(_PARTS)}'
        )
    return folder


def model_id(folder: Path) -> str:
    """Name under which numbers of this model are kept; a changed weight or step changes it.

    Parameters
    ----------
    folder : Path
        Folder of the model.

    Returns
    -------
    str
        Short name, a dash, and 12 hex digits of the SHA-256 over all files that decide the numbers.

    Raises
    ------
    ConfigError
        If a file is missing or unreadable.
    """
    digest = sha256()
    try:
        for name in _PARTS:
            digest.update(name.encode() + b"\0" + sha256((folder / name).read_bytes()).digest())
    except OSError as error:
        raise ConfigError(f"{folder}: {error}") from error
    name = str(read_json(folder / PREPROCESSING).get("name") or folder.name)
    return f"{name}-{digest.hexdigest()[:12]}"


def int8_is_proven(folder: Path) -> bool:
    """Whether exactly these weights were measured to find as much in int8 as in float32.

    The optional file ``precision.json`` says so: ``{"int8_measured_for": MODEL_ID, ...}`` with the evidence beside it.
    New weights have another name, so the word of their predecessors does not hold for them.

    Parameters
    ----------
    folder : Path
        Folder of the model.

    Returns
    -------
    bool
        False when the file is absent or speaks of other weights.

    Raises
    ------
    ConfigError
        If the file holds no JSON object, or a file of the model is missing.
    """
    path = folder / PRECISION
    return path.is_file() and read_json(path).get("int8_measured_for") == model_id(folder)


def read_json(path: Path) -> dict[str, Any]:
    """Object in a small JSON file of a model.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        Its content.

    Raises
    ------
    ConfigError
        If the file cannot be read or holds no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: holds {type(content).__name__}; want a JSON object")
    return content


def load_head_meanings(folder: Path) -> HeadMeanings:
    """Read what the heads of a model stand for.

    Parameters
    ----------
    folder : Path
        Folder of the model.

    Returns
    -------
    HeadMeanings
        Names of heads and classes.

    Raises
    ------
    ConfigError
        If the file is missing, or a key of it is missing or of the wrong kind.
    """
    path = folder / HEAD_MEANINGS
    content = read_json(path)
    class_head = content.get("class_head")
    class_names = content.get("class_names")
    number_heads = content.get("number_heads", [])
    if not isinstance(class_head, str):
        raise ConfigError(f"{path}: class_head is {class_head!r}; want the name of a head")
    return HeadMeanings(
        class_head=class_head,
        class_names=_words(path, "class_names", class_names, fewest=2),
        number_heads=_words(path, "number_heads", number_heads, fewest=0),
    )


def _words(path: Path, key: str, value: Any, fewest: int) -> tuple[str, ...]:
    right = isinstance(value, list) and all(isinstance(word, str) and word for word in value)
    if not right or len(value) < fewest:
        raise ConfigError(f"{path}: {key} is {value!r}; want a list of {fewest} names or more")
    return tuple(value)
