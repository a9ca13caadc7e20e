"""Which configuration a verb works on."""

from pathlib import Path

import pytest

from astrolens.api.wire import WIRE_VERSION
from astrolens.cli.profile import check_speech, open_profile
from astrolens.domain.errors import ConfigError, Unavailable


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        open_profile(tmp_path / "nowhere.toml")


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROLENS_CONFIG", str(tmp_path / "nowhere.toml"))
    profile = open_profile(None)
    assert profile.settings.detect.budget_per_1000 == 2.0
    assert profile.paths.data == tmp_path / "data"
    assert profile.paths.config_file == tmp_path / "nowhere.toml"


def test_a_file_decides_where_its_data_is(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(f'[store]\ndata_dir = "{tmp_path / "mine"}"\n')
    assert open_profile(file).paths.data == tmp_path / "mine"
    file.write_text("[store]\nquota = 3\n")
    with pytest.raises(ConfigError, match="quota"):
        open_profile(file)


def test_a_daemon_of_another_version_is_refused() -> None:
    check_speech({"state": "running", "version": "1", "wire_version": WIRE_VERSION, "pid": 3})
    with pytest.raises(Unavailable, match=r"AstroLens 0\.0\.9, process 3; end it"):
        check_speech({"state": "running", "version": "0.0.9", "wire_version": WIRE_VERSION + 1, "pid": 3})
