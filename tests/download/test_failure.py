"""Each way a request fails has its words and its decision."""

import errno
import socket

import aiohttp
import pytest

from astrolens.download.failure import explain
from astrolens.download.transfer import TooSlow


@pytest.mark.parametrize(
    ("error", "words", "again", "local"),
    [
        (TimeoutError(), "did not answer in time", True, False),
        (TooSlow("3 bytes a second"), "too slowly: 3 bytes", True, False),
        (aiohttp.ClientPayloadError("x"), "broke off", True, False),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError", True, False),
        (socket.gaierror(-3, "x"), "does not resolve", True, True),
        (OSError(errno.ENETUNREACH, "x"), "no route", True, True),
        (ConnectionResetError(errno.ECONNRESET, "reset\x1b]0;x"), "ConnectionResetError", True, False),
    ],
)
def test_words_and_decision(error: Exception, words: str, again: bool, local: bool) -> None:
    failed = explain(error, "sky.example.org")
    assert words in str(failed)
    assert "sky.example.org" in str(failed)
    assert "\x1b" not in str(failed)
    assert (failed.again, failed.local) == (again, local)
