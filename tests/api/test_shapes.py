"""Schemas of the wire, and strangers' JSON against them."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens import api
from astrolens.api import wire
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire import LabelRequest
from astrolens.api.wire_crossref import BatchRequest, PositionRequest

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_every_shape_of_the_wire_has_a_schema() -> None:
    names = [one.name for one in iter_modules(api.__path__) if one.name.startswith("wire")]
    modules = [import_module(f"{api.__name__}.{name}") for name in names]
    shapes = [shape for one in modules for shape in vars(one).values() if hasattr(shape, "__required_keys__")]
    assert len(shapes) > 40
    for shape in shapes:
        schema = schema_of(shape)
        assert schema["title"] == shape.__name__
        assert schema["additionalProperties"] is False


def test_optional_nested_and_open_shapes() -> None:
    assert schema_of(LabelRequest)["required"] == ["image_id", "value"]
    assert schema_of(int | None) == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert schema_of(dict[str, list[float]]) == {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "number"}},
    }
    with pytest.raises(ValueError, match="no JSON schema"):
        schema_of(set[int])


@pytest.mark.parametrize(
    ("value", "shape", "words"),
    [
        ([], LabelRequest, "body is a list; it must be an object"),
        ({}, LabelRequest, "body has no 'image_id', 'value'; it is required"),
        (
            {"image_id": True, "value": "x"},
            LabelRequest,
            "body.image_id is true or false; it must be a whole number",
        ),
        (
            {"image_id": 1.0, "value": "x"},
            LabelRequest,
            "body.image_id is a number with a fraction; it must be a whole number",
        ),
        (
            {"image_id": 2**63, "value": "x"},
            LabelRequest,
            "body.image_id is a number beyond all bounds; it must be below 2^63",
        ),
        ({"image_id": 1, "value": None}, LabelRequest, "body.value is null; it must be a text"),
        ({"image_id": 1, "value": "x", "__class__": 1}, LabelRequest, "body has '__class__'; known are"),
        ({"ids": [1, "2"]}, BatchRequest, "body.ids[1] is a text; it must be a whole number"),
        ({"ra_deg": "1", "dec_deg": 2}, PositionRequest, "body.ra_deg is a text; it must be a number"),
    ],
)
def test_mistakes_name_the_place_and_what_is_wanted(value: Any, shape: Any, words: str) -> None:
    mistake = mistake_in(value, schema_of(shape))
    assert mistake is not None
    assert mistake.startswith(words)


@given(ANY_JSON)
def test_no_json_breaks_the_check(value: Any) -> None:
    for shape in (LabelRequest, BatchRequest, wire.ImageDetail, dict[str, object], float | None):
        mistake = mistake_in(value, schema_of(shape))
        assert mistake is None or mistake.startswith("body")
