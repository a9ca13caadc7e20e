"""Verbs that speak to a running daemon."""

import json

import pytest

from tests.cli.conftest import Command, harmless, verb
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_status_shows_stages_and_sources(daemon: DaemonProcess) -> None:
    out = verb("status").output
    assert harmless(out)
    for words in ("AstroLens", "running", "budget 20 per 1,000", "measured", "folder", "done", "images 44"):
        assert words in out
    reply = json.loads(verb("status", "--json").output)
    assert reply["images"] == 44
    assert reply["sources"][0]["calibrated"]


def test_pause_and_resume(daemon: DaemonProcess) -> None:
    try:
        assert verb("pause").output == "paused\n"
        assert daemon.status()["state"] == "paused"
    finally:
        assert verb("resume").output == "running\n"


def test_reload_says_so_and_refuses_a_bad_file(daemon: DaemonProcess) -> None:
    assert verb("reload").output == "configuration read again\n"
    assert json.loads(verb("reload", "--json").output) == {"state": "running", "needs_restart": []}


def test_reload_names_what_waits_for_the_next_start(daemon: DaemonProcess) -> None:
    before = daemon.config.read_text()
    try:
        daemon.config.write_text(f"{before}\n[download]\nlimit_mb = 60\n")
        assert verb("reload").output.endswith("used at the next start only: download.limit_mb\n")
    finally:
        daemon.config.write_text(before)
        verb("reload")


def test_calibrate_is_ordered(daemon: DaemonProcess) -> None:
    assert verb("calibrate").output == "calibrating every source\n"
    assert verb("calibrate", "folder").output == "calibrating folder\n"
    assert json.loads(verb("calibrate", "folder", "--json").output) == {"state": "running"}
    assert verb("calibrate", "nobody").exit_code == 1
    daemon.wait_until(lambda: daemon.status()["stages"][3]["in_flight"] == 0)


def test_without_a_daemon_every_verb_says_so(command: Command) -> None:
    for name in ("status", "pause", "resume", "reload", "stop", "calibrate"):
        ended = command(name)
        assert ended.code == 1
        assert ended.out == ""
        assert "no daemon answers" in ended.err
        assert ended.err.count("\n") == 1
