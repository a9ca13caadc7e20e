"""Start, say where, stop; refuse what is refused."""

import re
import socket
import sys

import pytest

from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.web import serve as serving
from astrolens.web.serve import serve


def told(_address: str) -> None:
    raise AssertionError("it must not open")


def test_it_does_not_listen_where_others_are() -> None:
    with pytest.raises(ConfigError, match="only on this machine"):
        serve(("true",), host="0.0.0.0", port=0, announce=told)


def test_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=re.escape(f"{sys.executable} -m pip install textual-serve")):
        serve(("true",), host="127.0.0.1", port=0, announce=told)


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unavailable, match="--port"):
            serve(("true",), host="127.0.0.1", port=taken.getsockname()[1], announce=told)
