"""JSON schemas of the wire's shapes, and the check of a stranger's JSON against them."""

import types
from collections.abc import Mapping
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

_PLAIN: Mapping[object, Schema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}
_LARGEST_INTEGER = 2**63 - 1
_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_THERE = {
    bool: "true or false",
    int: "a number",
    float: "a number with a fraction",
    str: "a text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def schema_of(shape: Any) -> Schema:
    """JSON schema of a wire type.

    Parameters
    ----------
    shape : type
        A ``TypedDict``, ``list``, ``dict`` with text keys, a union, or one of int, float, str, bool, None.

    Returns
    -------
    dict
        JSON Schema 2020-12, nothing by reference.

    Raises
    ------
    ValueError
        If the type has no JSON form here.
    """
    if shape in _PLAIN:
        return dict(_PLAIN[shape])
    if is_typeddict(shape):
        return _object_schema(shape)
    origin, inner = get_origin(shape), get_args(shape)
    if origin is NotRequired:
        return schema_of(inner[0])
    if origin is list:
        return {"type": "array", "items": schema_of(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inner[1])}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part) for part in inner]}
    raise ValueError(f"{shape!r} has no JSON schema; use a TypedDict, list, dict, union or plain type")


def _object_schema(shape: Any) -> Schema:
    hints = get_type_hints(shape)
    return {
        "type": "object",
        "title": shape.__name__,
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": sorted(shape.__required_keys__),
        "additionalProperties": False,
    }


def mistake_in(value: Any, schema: Schema, where: str = "body") -> str | None:
    """What is wrong with a value.

    Parameters
    ----------
    value : object
        Parsed JSON.
    schema : dict
        From `schema_of`.
    where : str
        What to call the value in the message.

    Returns
    -------
    str or None
        Where, what is there, what is wanted; None when the value fits.
    """
    if "anyOf" in schema:
        mistakes = [mistake_in(value, part, where) for part in schema["anyOf"]]
        return None if None in mistakes else mistakes[0]
    wanted = schema.get("type")
    if wanted is None:
        return None
    if not _is_a(value, wanted):
        if wanted == "integer" and type(value) is int:
            return f"{where} is a number beyond all bounds; it must be below 2^63"
        return f"{where} is {_THERE.get(type(value), 'something else')}; it must be {_WORDS[wanted]}"
    if wanted == "array":
        return _first(mistake_in(part, schema["items"], f"{where}[{n}]") for n, part in enumerate(value))
    if wanted == "object":
        return _object_mistake(value, schema, where)
    return None


def _is_a(value: Any, wanted: str) -> bool:
    match wanted:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INTEGER
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "null":
            return value is None
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _object_mistake(value: Mapping[str, Any], schema: Schema, where: str) -> str | None:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    missing = [name for name in schema.get("required", ()) if name not in value]
    if missing:
        return f"{where} has no {', '.join(repr(name) for name in missing)}; it is required"
    unknown = [name for name in value if name not in properties]
    if unknown and others is False:
        known = ", ".join(sorted(properties)) or "nothing"
        return f"{where} has {str(unknown[0])[:40]!r}; known are: {known}"
    return _first(
        mistake_in(part, properties.get(name, others if isinstance(others, dict) else {}), f"{where}.{name}")
        for name, part in value.items()
    )


def _first(mistakes: Any) -> str | None:
    return next((mistake for mistake in mistakes if mistake is not None), None)
