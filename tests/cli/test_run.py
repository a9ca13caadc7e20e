"""Verbs that start a process: what they do with and without a terminal, and their exit codes."""

from pathlib import Path

import pytest

from astrolens.cli.profile import open_profile
from astrolens.config.paths import make_private
from astrolens.daemon.lock import ProfileLock
from tests.cli.conftest import Command
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_up_finds_the_daemon_that_runs(daemon: DaemonProcess, command: Command) -> None:
    ended = command("up")
    assert ended.code == 0
    assert "AstroLens runs" in ended.out
    assert str(daemon.socket) in ended.out


def test_the_terminal_needs_a_terminal(daemon: DaemonProcess, command: Command) -> None:
    ended = command("tui")
    assert ended.code == 1
    assert "astrolens status" in ended.err


def test_a_second_daemon_ends_with_75(tmp_path: Path, command: Command) -> None:
    config = tmp_path / "a.toml"
    config.write_text("")
    paths = open_profile(config).paths
    make_private(paths.data)
    with ProfileLock(paths.lock):
        ended = command("daemon", "--config", config)
    assert ended.code == 75
    assert ended.err.startswith("astrolens: ")


def test_a_wrong_configuration_ends_with_78_and_one_line_for_each_mistake(
    tmp_path: Path, command: Command
) -> None:
    config = tmp_path / "a.toml"
    config.write_text("[detect]\nbudget = 3\n[daemon]\ntcp_port = -1\n")
    for name in ("daemon", "up"):
        ended = command(name, "--config", config)
        assert ended.code == 78
        assert ended.err.count("astrolens: ") == 2
        assert "detect.budget" in ended.err
        assert "tcp_port" in ended.err


def test_the_demo_has_its_bounds(command: Command) -> None:
    assert command("up", "--demo", "--images", "3").code == 2
    assert command("up", "--demo", "--seconds", "1").code == 2
