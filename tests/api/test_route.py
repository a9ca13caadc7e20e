"""Parameters and bodies are checked before a handler sees them."""

import json
import math

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply

LIMIT = Parameter(name="limit", words="Rows.", kind=ParameterKind.INTEGER, minimum=1, maximum=1000)
SIGMA = Parameter(name="sigma", words="Sigma.", kind=ParameterKind.NUMBER, minimum=0.0)
ORDER = Parameter(name="order", words="Order.", choices=("sigma", "found"))
MANY = Parameter(name="decision", words="Some.", choices=("a", "b"), many=True)


def test_good_values_are_typed() -> None:
    assert LIMIT.read("12") == 12
    assert SIGMA.read("2.5") == 2.5
    assert ORDER.read("found") == "found"
    assert MANY.read("a,b") == ("a", "b")
    assert Parameter(name="text", words="Any.").read("naïve σ") == "naïve σ"


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (LIMIT, "0"), (LIMIT, "1001"), (LIMIT, "1.5"), (LIMIT, ""), (LIMIT, "9" * 5000),
        (SIGMA, "nan"), (SIGMA, "inf"), (SIGMA, "-1"), (SIGMA, "1e400"), (ORDER, "id; DROP TABLE"),
        (MANY, "a,c"), (Parameter(name="text", words="Any."), "x" * 501),
        (Parameter(name="text", words="Any."), "a\0b"),
    ],
)  # fmt: skip
def test_bad_values_are_named(parameter: Parameter, text: str) -> None:
    with pytest.raises(web.HTTPBadRequest) as refused:
        parameter.read(text)
    assert refused.value.text is not None
    assert refused.value.text.startswith(parameter.name)
    assert len(refused.value.text) < 200


@given(st.text(max_size=600))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parameter in (LIMIT, SIGMA, ORDER, MANY):
        try:
            parameter.read(text)
        except web.HTTPBadRequest:
            continue


async def no_answer(_asked: Asked) -> web.StreamResponse:
    raise web.HTTPNotFound


def test_a_placeholder_takes_digits_only() -> None:
    route = Route(method="GET", path="/crossref/{id}", handler=no_answer, words="It.")
    assert route.placeholder() == "id"
    assert route.pattern() == "/crossref/{id:[0-9]{1,18}}"
    assert Route(method="GET", path="/images", handler=no_answer, words="It.").pattern() == "/images"


def test_numbers_that_are_not_finite_become_null() -> None:
    told = json_reply({"a": [math.nan, 1.5, {"b": (math.inf,)}], "c": "σ"})
    assert json.loads(told.text or "") == {"a": [None, 1.5, {"b": [None]}], "c": "σ"}
    assert told.headers["Cache-Control"] == "no-store"


def test_bounds_are_whole_numbers_in_words() -> None:
    after = Parameter(name="after", words="Id.", kind=ParameterKind.INTEGER, minimum=1, maximum=2**62)
    with pytest.raises(web.HTTPBadRequest) as refused:
        after.read("-5")
    assert refused.value.text == "after is '-5'; it must be a whole number from 1 to 4611686018427387904"
