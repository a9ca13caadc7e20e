"""The verbs below models, on a running daemon."""

import json

import pytest

from tests.cli.conftest import Command, harmless, verb
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_encoders_are_listed(daemon: DaemonProcess) -> None:
    out = verb("models").output
    assert harmless(out)
    first = out.splitlines()[1]
    assert first.startswith("in use  tiny0-")
    assert "44" in first
    assert "trained, configured" in first
    assert [name for name in ("bundled", "bundled-fast", "bundled-whole") if f"  {name}\n" in out] != []
    assert verb("models", "list").output == out
    reply = json.loads(verb("models", "--json").output)
    assert reply["choices"][0]["in_use"]
    assert (reply["promotions"], reply["comparing"]) == ([], "")


def test_what_the_daemon_refuses_is_one_line(command: Command, daemon: DaemonProcess) -> None:
    mine = str(daemon.folder / "model")
    for arguments, words in (
        (("promote", mine), "is the encoder in use"),
        (("compare", mine), "is the encoder in use"),
        (("compare", "./nowhere"), "nowhere"),
        (("rollback",), "nothing to go back to"),
    ):
        ended = command("models", *arguments)
        assert (ended.code, ended.out) == (1, "")
        assert words in ended.err
        assert ended.err.count("\n") == 1


def test_without_a_daemon_every_verb_says_so(command: Command) -> None:
    for arguments in ((), ("compare", "bundled"), ("promote", "bundled"), ("rollback",)):
        ended = command("models", *arguments)
        assert (ended.code, ended.out) == (1, "")
        assert "no daemon answers" in ended.err
