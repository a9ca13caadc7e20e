"""The command as a whole: help, version, exit codes, and what is not imported for them."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer

from astrolens.cli import main as module
from astrolens.cli.main import build_app
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from tests.cli.conftest import Command, verb

VERBS = (
    "up", "daemon", "tui", "status", "pause", "resume", "reload", "stop", "discover", "analyze", "candidates",
    "show", "label", "similar", "crossref", "calibrate", "config", "doctor", "plugins",
)  # fmt: skip


def test_every_verb_has_its_help() -> None:
    listed = verb("--help").output
    for name in VERBS:
        assert f" {name} " in listed
        assert verb(name, "--help").output == verb(name, "-h").output


def test_version_and_usage(command: Command) -> None:
    shown = command("--version")
    assert (shown.code, shown.out) == (0, f"astrolens {version('astrolens')}\n")
    assert command("no-such-verb").code == 2
    assert command().err.startswith("Usage")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadData("x"), 1),
        (Unavailable("x"), 1),
        (ConfigError("x"), 78),
        (ExceptionGroup("a task", [ConfigError("x")]), 78),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_exit_codes(
    error: BaseException, code: int, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> typer.Typer:
        app = build_app()

        @app.command("fails")
        def fails() -> None:
            raise error

        return app

    monkeypatch.setattr(module, "build_app", broken)
    ended = command("fails")
    assert ended.code == code
    assert "Traceback" not in ended.err


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> typer.Typer:
        raise ExceptionGroup("a task", [KeyError("a bug"), BadData("x")])

    monkeypatch.setattr(module, "build_app", broken)
    with pytest.raises(ExceptionGroup):
        module.main()


@pytest.mark.process
def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['astrolens', '--help']\n"
        "from astrolens.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'textual', 'transformers', 'astropy', 'faiss', 'aiohttp', 'scipy', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=15
    )
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb_name", [("plugins",), ("config", "show", "--json"), ("--help",)])
def test_a_reader_that_leaves_is_no_failure(verb_name: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "astrolens", *verb_name],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_disk_behind_the_output_is_told_in_a_line() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "astrolens", "plugins"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("astrolens: ")
    assert "No space left" in ended.stderr
    assert "Traceback" not in ended.stderr
