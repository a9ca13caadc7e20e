"""The verbs below models, on a running daemon."""

import json
import shutil
from pathlib import Path

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


def test_what_cannot_be_taken_up_is_told_in_the_words_of_the_verb(
    command: Command, daemon: DaemonProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    shutil.copytree(daemon.folder / "model", tmp_path / "broken")
    (tmp_path / "broken" / "config.json").write_text('{"model_type": "vit", "hidden_size": "x"}')
    tracebacks = daemon.log().count("Traceback")
    lacking = f"{tmp_path}/empty lacks config.json, model.safetensors"
    for given, why in (
        ("/nowhere", "there is no folder '/nowhere'; name bundled, bundled-fast, bundled-whole or a folder"),
        ("./nowhere", f"there is no folder '{tmp_path}/nowhere'; name bundled"),
        ("empty", lacking),
        ("broken", f"{tmp_path}/broken: no network of kind 'vit' could be read: "),
    ):
        for verb_given in (("promote", given, "--without-proof"), ("compare", given)):
            if verb_given == ("compare", "broken"):
                continue  # the same way, and it takes seconds
            ended = command("models", *verb_given)
            assert (ended.code, ended.out) == (1, "")
            whole = given if given.startswith("/") else str((tmp_path / given).resolve())
            assert ended.err.startswith(f"astrolens: {whole!r} cannot be taken up: {why}")
            assert ended.err.endswith("; 'astrolens models' lists those that can be promoted\n")
            assert "analyse.model" not in ended.err
            assert ended.err.count("\n") == 1
    assert daemon.log().count("Traceback") == tracebacks


def test_without_a_daemon_every_verb_says_so(command: Command) -> None:
    for arguments in ((), ("compare", "bundled"), ("promote", "bundled"), ("rollback",)):
        ended = command("models", *arguments)
        assert (ended.code, ended.out) == (1, "")
        assert "no daemon answers" in ended.err
