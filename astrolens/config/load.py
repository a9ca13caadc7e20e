"""TOML to settings; every mistake at once, each with file, key, value and remedy."""

import difflib
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.domain.text import clean


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
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
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


def _one_mistake(mistake: dict[str, Any], name: str, text: str) -> str:
    keys = [str(part) for part in mistake["loc"]]
    line = _line_of(keys, text)
    where = f"{name}:{line}" if line else name
    if mistake["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _known_keys(keys[:-1]), n=1)
        remedy = f"did you mean {near[0]}?" if near else "no such key; see config/astrolens.toml"
        return f"{where}: {'.'.join(keys)}: unknown key; {remedy}"
    wanted = str(mistake["msg"])
    value = clean(repr(mistake["input"]), 80)
    return f"{where}: {'.'.join(keys)}: got {value}; {wanted[:1].lower()}{wanted[1:]}"


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
    """Line of the last key inside its table, 0 when it cannot be found."""
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("[") and bare.rstrip().endswith("]"):
            table = bare.strip("[]").split(".")
            if table == keys:
                return number
        elif "=" in bare and [*table, *bare.split("=", 1)[0].strip().split(".")] == keys:
            return number
    return 0
