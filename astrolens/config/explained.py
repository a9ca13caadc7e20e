"""Every setting in force with its default, its bounds, and where it comes from."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolens.config.load import load
from astrolens.config.masked import masked
from astrolens.config.settings import Settings, SourceSettings
from astrolens.domain.errors import ConfigError

_BOUNDS = (
    ("exclusiveMinimum", "above"),
    ("minimum", "from"),
    ("exclusiveMaximum", "below"),
    ("maximum", "to"),
)
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One setting.

    Attributes
    ----------
    key : str
        Dotted.
    value, default : str
        As they would stand in the file; secrets are masked.
    bounds : str
        What is allowed; "" when anything of its kind is.
    origin : str
        ``default``; ``file``; or ``start``, when it was given beside the file as the daemon was started.
    waiting : str or None
        What the file holds now, when that is not what is in force.
    words : str
        One sentence.
    """

    key: str
    value: str
    default: str
    bounds: str
    origin: str
    waiting: str | None
    words: str


def explained(settings: Settings, file: Path) -> tuple[list[Explained], str]:
    """Explain settings; reads the file, so call it in a thread.

    Parameters
    ----------
    settings : Settings
        Those in force.
    file : Path
        Where they are read from.

    Returns
    -------
    list of Explained
        In the order of the sections; tables of sources with the keys that they hold.
    str
        Why the file cannot be read now; "" when it can or is not there.
    """
    mistake = ""
    written: Mapping[str, Any] = {}
    now = settings
    try:
        now = load(file)
        written = _flat(tomllib.loads(file.read_text(encoding="utf-8-sig"))) if file.exists() else {}
    except (OSError, ValueError, ConfigError) as error:
        mistake = str(error)
    force, there = _flat(settings.model_dump(mode="json")), _flat(now.model_dump(mode="json"))
    usual = _flat(Settings().model_dump(mode="json"))
    described = dict(_described(Settings.model_json_schema()))
    rows = []
    for key, value in force.items():
        bounds, words = described.get(key) or described.get(_of_any_source(key), ("", ""))
        default = usual.get(key, _default_of_source(key))
        in_file = there.get(key, _ABSENT)
        rows.append(
            Explained(
                key=key,
                value=_said(key, value),
                default="" if default is _ABSENT else _said(key, default),
                bounds=bounds,
                origin=_origin(value, default, in_file, is_written=key in written),
                waiting=None if in_file == value or mistake else _said(key, in_file),
                words=words,
            )
        )
    return rows, mistake


def _origin(value: object, default: object, in_file: object, *, is_written: bool) -> str:
    if is_written and (in_file == value or default is _ABSENT):
        return "file"
    return "default" if value == default or default is _ABSENT else "start"


def _default_of_source(key: str) -> object:
    """Default of a key of the host in a table of a source; keys of a plugin have theirs in the plugin."""
    parts = key.split(".")
    of_host = parts[0] == "sources" and len(parts) == 3
    field = SourceSettings.model_fields.get(parts[-1]) if of_host else None
    return _ABSENT if field is None else field.default


def _of_any_source(key: str) -> str:
    parts = key.split(".")
    return f"sources.*.{parts[-1]}" if parts[0] == "sources" and len(parts) == 3 else key


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            out |= _flat(value, f"{prefix}{key}.")
        elif not isinstance(value, Mapping):
            out[f"{prefix}{key}"] = value
    return out


def _said(key: str, value: object) -> str:
    if value is _ABSENT:
        return "(absent)"
    if value is None:
        return "(empty)"
    return json.dumps(masked(key.rpartition(".")[2], value), ensure_ascii=False)


def _described(schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Dotted name, bounds and sentence of every setting of a JSON schema."""
    definitions = schema.get("$defs", {})
    for name, part in schema["properties"].items():
        section = _resolved(part, definitions)
        table = section.get("additionalProperties")
        if isinstance(table, Mapping) and "$ref" in table:
            name, section = f"{name}.*", _resolved(table, definitions)
        if "properties" not in section:
            yield name, (_bounds(part), str(part.get("description", "")))
        for key, value in section.get("properties", {}).items():
            yield f"{name}.{key}", (_bounds(value), str(value.get("description", "")))


def _resolved(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = part.get("$ref") or next(
        (one["$ref"] for one in part.get("allOf", ()) if "$ref" in one), None
    )
    found: Mapping[str, Any] = part if reference is None else definitions[str(reference).rpartition("/")[2]]
    return found


def _bounds(part: Mapping[str, Any]) -> str:
    choices = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if choices:
        inner = _bounds(choices[0])
        return f"{inner}, or empty" if inner else "or empty"
    if part.get("type") == "array" and "items" in part:
        inner = _bounds(part["items"])
        return f"list of {inner}" if inner else "list"
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    words = [f"{word} {part[name]:g}" for name, word in _BOUNDS if name in part]
    if "maxLength" in part:
        words.append(f"at most {part['maxLength']} characters")
    if part.get("type") == "boolean":
        words.append("true | false")
    return " ".join(words)
