"""TOML to settings; every mistake at once, each with file, key, value and remedy."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from astrolens.config.masked import MASK, is_secret
from astrolens.config.settings import Settings, SourceSettings
from astrolens.domain.errors import ConfigError
from astrolens.domain.text import clean

_Model = TypeVar("_Model", bound=BaseModel)
_TABLE = re.compile(r"^\[([^\[\]]+)\]\s*(?:#.*)?$")
_TABLE_WANTED = frozenset({"dict_type", "model_type", "model_attributes_type"})


def load(file: Path | None) -> Settings:
    """Settings from a file, or the defaults when there is none.

    Parameters
    ----------
    file : Path or None
        A TOML file. None or a missing file gives the defaults.

    Returns
    -------
    Settings
        Frozen and valid.

    Raises
    ------
    ConfigError
        With one line for each mistake: ``file: key: got value; what is wanted``.
    """
    if file is None or not file.exists():
        return Settings()
    try:
        text = file.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: {error}; correct the file or move it away") from error
    return from_tables(tables, str(file), text)


def from_tables(tables: dict[str, Any], name: str, text: str = "") -> Settings:
    """Settings from parsed TOML.

    Parameters
    ----------
    tables : dict
        What ``tomllib`` read.
    name : str
        What to call the file in messages.
    text : str
        The file's text, to name lines; may be empty.

    Returns
    -------
    Settings
        Frozen and valid.

    Raises
    ------
    ConfigError
        As `load`.
    """
    try:
        return Settings.model_validate(tables)
    except ValidationError as error:
        lines = [_one_mistake(dict(mistake), name, text) for mistake in error.errors()]
        raise ConfigError("\n".join(lines)) from error


def source_options(model: type[_Model], values: Mapping[str, Any], source: str) -> _Model:
    """Options of one plugin from the keys that its table holds beside the host's own.

    Parameters
    ----------
    model : type of BaseModel
        The plugin's ``Options``.
    values : Mapping of str to object
        What the table says.
    source : str
        Name of the source.

    Returns
    -------
    BaseModel
        Frozen and valid.

    Raises
    ------
    ConfigError
        With one line for each mistake: ``sources.NAME.KEY: got value; what is wanted``.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        known = [*model.model_fields, *SourceSettings.model_fields]
        lines = []
        for mistake in error.errors():
            keys = ["sources", source, *map(str, mistake["loc"])]
            near = known if len(mistake["loc"]) == 1 else []
            lines.append(f"{_named(keys)}: {_remedy(dict(mistake), keys, near)}{_what(model, mistake)}")
        raise ConfigError("\n".join(lines)) from error


def located(message: str, file: Path) -> str:
    """Say in which line of a file stands what a message is about.

    Parameters
    ----------
    message : str
        Lines that begin with a dotted key and a colon; others stay as they are.
    file : Path
        The configuration; one that cannot be read changes nothing.

    Returns
    -------
    str
        The same lines, with ``file:line:`` before those whose key the file names.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return message
    lines = []
    for line in message.splitlines():
        number = _line_of(line.partition(": ")[0].split("."), text)
        lines.append(f"{file}:{number}: {line}" if number else line)
    return "\n".join(lines)


def _one_mistake(mistake: dict[str, Any], name: str, text: str) -> str:
    keys = [str(part) for part in mistake["loc"]]
    line = _line_of(keys, text)
    where = f"{name}:{line}" if line else name
    return f"{where}: {_named(keys)}: {_remedy(mistake, keys, _known_keys(keys[:-1]))}"


def _named(keys: list[str]) -> str:
    return clean(".".join(keys), 120)


def _remedy(mistake: dict[str, Any], keys: list[str], known: list[str]) -> str:
    """What is wrong with one value, and what to do about it."""
    if mistake["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "config/astrolens.toml shows those there are"
        return f"unknown key; {remedy}"
    if mistake["type"] == "missing":
        return "is missing; it has no default"
    wanted = str(mistake["msg"]).removeprefix("Value error, ")
    if mistake["type"] in _TABLE_WANTED:
        wanted = f"write it as a table, [{_named(keys)}]"
    elif mistake["type"] == "path_type":
        wanted = "write a path, in quotes"
    wanted = wanted[:1].lower() + wanted[1:]
    if isinstance(mistake["input"], Mapping):  # keys of a table that do not go together
        return wanted
    got = MASK if is_secret(keys[-1]) else clean(repr(mistake["input"]), 80)
    return f"got {got}; {wanted}"


def _what(model: type[BaseModel], mistake: Mapping[str, Any]) -> str:
    """What a missing option is, in the words of the plugin."""
    field = model.model_fields.get(str(mistake["loc"][0])) if len(mistake["loc"]) == 1 else None
    if mistake["type"] != "missing" or field is None or not field.description:
        return ""
    return f" ({clean(field.description, 200).rstrip('.')})"


def _known_keys(path: list[str]) -> list[str]:
    model: Any = Settings
    for part in path:
        field = model.model_fields.get(part)
        if (
            field is None
            or not isinstance(field.annotation, type)
            or not issubclass(field.annotation, BaseModel)
        ):
            return []
        model = field.annotation
    return list(model.model_fields)


def _line_of(keys: list[str], text: str) -> int:
    """Line of the deepest of these keys that the text names, 0 when it names none of them."""
    table: list[str] = []
    best, depth = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if header := _TABLE.match(bare):
            table = header[1].replace(" ", "").split(".")
            path = table
        elif "=" in bare:
            path = [*table, *bare.split("=", 1)[0].strip().split(".")]
        else:
            continue
        if len(path) > depth and path == keys[: len(path)]:
            best, depth = number, len(path)
    return best
