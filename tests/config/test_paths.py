"""Where things live, and who may enter."""

import os
import stat
import sys
from pathlib import Path

import pytest

from astrolens.config.paths import default_config_file, make_private, resolve
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("ASTROLENS_DATA_DIR", "ASTROLENS_RUNTIME_DIR", "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _at(data: Path) -> Settings:
    return Settings.model_validate({"store": {"data_dir": str(data)}})


def test_the_configuration_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert default_config_file().name == "astrolens.toml"
    assert tmp_path in default_config_file().parents
    monkeypatch.setenv("ASTROLENS_CONFIG", "~/mine.toml")
    assert default_config_file() == tmp_path / "home" / "mine.toml"
    assert resolve(Settings()).config_file == tmp_path / "home" / "mine.toml"
    assert resolve(Settings(), tmp_path / "other.toml").config_file == tmp_path / "other.toml"


def test_every_path_follows_from_the_folders(clean_environment: Path) -> None:
    paths = resolve(_at(clean_environment / "d"))
    assert paths.data == clean_environment / "d"
    assert paths.database == clean_environment / "d" / "astrolens.db"
    assert paths.lock == clean_environment / "d" / "astrolens.lock"
    assert paths.socket == paths.runtime / "astrolens.sock"
    assert not paths.data.exists()


def test_the_file_wins_over_the_environment_and_that_over_the_default(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clean_environment / "home" in resolve(Settings()).data.parents
    monkeypatch.setenv("ASTROLENS_DATA_DIR", str(clean_environment / "env"))
    assert resolve(Settings()).data == clean_environment / "env"
    assert resolve(_at(clean_environment / "file")).data == clean_environment / "file"
    assert resolve(_at(Path("~/sky"))).data == clean_environment / "home" / "sky"
    assert resolve(_at(Path("here"))).data.is_absolute()


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_RUNTIME_DIR is Linux's")
def test_the_socket_of_a_profile_is_its_own(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(clean_environment))
    xdg = Path("/run/user/1234")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(xdg))
    assert resolve(Settings()).runtime == xdg / "astrolens"
    assert resolve(_at(Path("/srv/sky"))).runtime == Path("/srv/sky/run")
    monkeypatch.setenv("ASTROLENS_DATA_DIR", "/srv/env")
    assert resolve(Settings()).runtime == Path("/srv/env/run")
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/astrolens:/run/second")
    assert resolve(Settings()).runtime == Path("/run/astrolens")
    assert resolve(_at(Path("/srv/sky"))).runtime == Path("/srv/sky/run")
    monkeypatch.setenv("ASTROLENS_RUNTIME_DIR", "/run/mine")
    assert resolve(_at(Path("/srv/sky"))).runtime == Path("/run/mine")


def test_a_socket_path_that_would_be_too_long_moves(clean_environment: Path) -> None:
    one = resolve(_at(Path("/srv") / ("x" * 120)))
    other = resolve(_at(Path("/srv") / ("y" * 120)))
    assert len(str(one.socket)) <= 100 or one.runtime.name.startswith("astrolens-")
    assert str(os.getuid()) in one.runtime.name
    assert one.runtime != other.runtime


def test_a_private_folder_is_made_and_tightened(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_no_private_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("file", "link", "file/below"):
        with pytest.raises(ConfigError, match=name):
            make_private(tmp_path / name)
    monkeypatch.setattr(os, "getuid", lambda: 99_999)
    with pytest.raises(ConfigError, match="belongs to user"):
        make_private(tmp_path / "real")
