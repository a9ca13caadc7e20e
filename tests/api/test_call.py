"""Requests as data, and what answers mean."""

import json
from typing import Any

import pytest

from astrolens.api.call import Call, ReplyForm, TcpAddress, chosen, read_reply
from astrolens.domain.errors import BadData, ConfigError, Unavailable


def test_the_query_is_encoded_and_absent_values_are_left_out() -> None:
    query = chosen(source="a b&c", after=None, decision=("anomaly", "near_miss"), empty=(), limit=0)
    call = Call[Any](method="GET", path="/candidates", query=query)
    assert call.target() == "/candidates?source=a+b%26c&decision=anomaly%2Cnear_miss&limit=0"
    assert Call[Any](method="GET", path="/health").target() == "/health"


def test_good_answers_are_read_as_their_form_says() -> None:
    for form, body, wanted in [
        (ReplyForm.JSON, b'{"a":1}', {"a": 1}),
        (ReplyForm.TEXT, "σ".encode(), "σ"),
        (ReplyForm.BYTES, b"\x00\xff", b"\x00\xff"),
    ]:
        assert read_reply(Call[Any](method="GET", path="/x", form=form), 200, body) == wanted


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadData),
        (404, BadData),
        (409, BadData),
        (422, BadData),
        (401, ConfigError),
        (403, ConfigError),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_refusals_become_the_four_errors(status: int, error: type[Exception]) -> None:
    body = json.dumps({"error": "what\x1b[31m, the value, what to do"}).encode()
    with pytest.raises(error, match="the value") as told:
        read_reply(Call[Any](method="GET", path="/x"), status, body)
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"\xff"])
def test_a_stranger_at_the_other_end_is_no_daemon(body: bytes) -> None:
    with pytest.raises(Unavailable, match="status 502"):
        read_reply(Call[Any](method="GET", path="/x"), 502, body)
    if body not in (b"[]", b"{}"):
        with pytest.raises(Unavailable, match="no JSON"):
            read_reply(Call[Any](method="GET", path="/x"), 200, body)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(TcpAddress(port=1, token="secret"))
