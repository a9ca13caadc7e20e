"""Which configuration a verb works on."""

from pathlib import Path

import pytest

from astrolens.cli.profile import open_profile
from astrolens.domain.errors import ConfigError


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
