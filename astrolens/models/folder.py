"""A model on disk: which files it has, what it is called, what its heads mean; free of torch."""

import json
import re
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
PREPROCESSOR = "preprocessor_config.json"
PRECISION = "precision.json"
TIMM = "architecture"  # key of config.json in a folder of timm
TIMM_STEPS = "pretrained_cfg"  # and of its steps
_BUNDLED = {
    "bundled": "astrolens.models.bundled",
    "bundled-fast": "astrolens.models.bundled_fast",
    "bundled-whole": "astrolens.models.bundled_whole",
}
SHIPPED = tuple(_BUNDLED)
_NEEDED = (CONFIG, WEIGHTS)
_PICKLE = "pytorch_model.bin"
_DECIDING = (CONFIG, WEIGHTS, HEADS, HEAD_MEANINGS, PREPROCESSING)
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SNAPSHOTS = "snapshots"
_WANTED = (
    f"name {', '.join(SHIPPED)} or a folder of a model of transformers with its weights in one safetensors file "
    "(docs/configuration.md)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMeanings:
    """What the linear heads on the embedding stand for.

    Attributes
    ----------
    class_head : str
        Name of the head whose outputs are class scores; "" where there is none.
    class_names : tuple of str
        Its classes in the order of its outputs.
    number_heads : tuple of str
        Heads with one output each, for example the log-odds of a second galaxy.
    """

    class_head: str
    class_names: tuple[str, ...]
    number_heads: tuple[str, ...]


def absolute_name(model: str) -> str:
    """Name of a model that means the same wherever a process is started.

    Parameters
    ----------
    model : str
        As a person gave it.

    Returns
    -------
    str
        A folder that is here as an absolute path, and what can be nothing but one; any other name as it is.
    """
    folder = _path(model)
    looks_like_one = folder.is_absolute() or model.startswith(("~", "."))
    return (
        str(folder.absolute()) if looks_like_one or (model not in SHIPPED and _is_folder(folder)) else model
    )


def model_folder(model: str, named_by: str = "") -> Path:
    """Folder of the model that a person named.

    Parameters
    ----------
    model : str
        ``bundled``, ``bundled-fast`` or ``bundled-whole`` (which both were cut from), the path of a local folder, or the name of a
        model that lies in the cache of the Hugging Face hub on this machine, such as ``facebook/dinov2-small``. Nothing is downloaded.
    named_by : str
        The setting or option that holds the name, such as ``analyse.model``: messages begin with it.

    Returns
    -------
    Path
        A folder that holds what a network needs.

    Raises
    ------
    ConfigError
        If there is no such model here, or a file of it is missing.
    """
    begin = f"{named_by}: " if named_by else ""
    folder = _path(model)
    if model in _BUNDLED:
        folder = Path(str(files(_BUNDLED[model])))
    elif not _is_folder(folder) and _HUB_NAME.fullmatch(model):
        folder = _from_hub_cache(model, begin)
    elif not model or not _is_folder(folder):
        raise ConfigError(f"{begin}there is no folder {model!r}; {_WANTED}")
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    has_steps = any((folder / name).is_file() for name in (PREPROCESSING, PREPROCESSOR))
    if CONFIG not in missing and not has_steps and TIMM_STEPS not in read_json(folder / CONFIG):
        missing.append(f"{PREPROCESSING} (or {PREPROCESSOR})")
    if missing:
        pickled = WEIGHTS in missing and (folder / _PICKLE).is_file()
        hint = f"; {_PICKLE} has to be written as safetensors first (docs/detection.md)" if pickled else ""
        raise ConfigError(f"{begin}{folder} lacks {', '.join(missing)}{hint}; {_WANTED}")
    return folder


def _path(model: str) -> Path:
    try:
        return Path(model).expanduser()
    except RuntimeError:  # ~ of a user who is not here
        return Path(model)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for one, or below a folder that is closed to us
        return False


def _from_hub_cache(model: str, begin: str) -> Path:
    """Newest snapshot of a model that was downloaded earlier."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{begin}there is no folder {model!r}, and no model of that name in the hub's cache on this machine; run "
            f"'hf download {model}' where there is a network, or copy the model here and name its folder"
        ) from error


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
    own_steps = (folder / PREPROCESSING).is_file()
    try:
        for name in (*_DECIDING, *(() if own_steps else (PREPROCESSOR,))):
            if name in _NEEDED or (folder / name).is_file():
                digest.update(name.encode() + b"\0" + sha256((folder / name).read_bytes()).digest())
    except OSError as error:
        raise ConfigError(f"{folder}: {error}") from error
    given = read_json(folder / PREPROCESSING).get("name") if own_steps else None
    return f"{given or _short_name(folder)}-{digest.hexdigest()[:12]}"


def _short_name(folder: Path) -> str:
    """Last part of the path; in the hub's cache that of the model, not of the snapshot."""
    whole = folder.absolute()
    name = whole.parent.parent.name.rpartition("--")[2] if whole.parent.name == _SNAPSHOTS else whole.name
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[:60] or "model"


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
        Names of heads and classes; none where the model has no file of heads.

    Raises
    ------
    ConfigError
        If one of the two files of heads is there without the other, or a key of it is missing or of the wrong kind.
    """
    path = folder / HEAD_MEANINGS
    if not path.is_file() and not (folder / HEADS).is_file():
        return HeadMeanings(class_head="", class_names=(), number_heads=())
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
