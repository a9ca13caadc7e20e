"""A daemon in the background: started once, found the second time, stopped; its failure is told with its log."""

from dataclasses import replace
from pathlib import Path

import pytest

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.cli.background import start_and_wait, stop_and_wait
from astrolens.cli.profile import open_profile
from astrolens.daemon.lock import holder
from astrolens.domain.errors import ConfigError
from tests.cli.conftest import verb
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_started_once_and_stopped_by_the_verb(tmp_path: Path) -> None:
    house = DaemonProcess(tmp_path / "house")
    profile = open_profile(house.config)
    process = start_and_wait(profile.paths, house.config)
    assert process is not None
    try:
        health = SyncClient(profile.paths.socket).ask(questions.health())
        assert health["pid"] == process.pid
        assert start_and_wait(profile.paths, house.config) is None
        assert verb("stop", "--config", house.config).output == "stopped\n"
        assert holder(open_profile(house.config).paths.lock) is None
        assert process.wait(15) == 0
    finally:
        assert stop_and_wait(process, profile.paths.socket) == 0
    assert "stopped" in (profile.paths.data / "daemon.log").read_text()


def test_a_daemon_that_cannot_start_says_why(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text('[analyse]\nmodel = "/nowhere"\n')
    profile = open_profile(config)
    with pytest.raises(ConfigError, match=r"analyse\.model: there is no folder '/nowhere'"):
        start_and_wait(profile.paths, config)


def test_a_log_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    house = DaemonProcess(tmp_path / "house")
    (house.data / "daemon.log").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"daemon\.log cannot be written: .*; name another data folder"):
        start_and_wait(replace(open_profile(house.config).paths, data=house.data), house.config)
