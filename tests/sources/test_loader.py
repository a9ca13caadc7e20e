"""Loading plugins: good ones work, bad ones are reported and never fatal."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, PluginError
from astrolens.sources import loader
from astrolens.sources.known import KnownSource
from astrolens.sources.loader import load_sources
from tests.sources.strangers import load_stranger, write_plugin


def _settings(**tables: object) -> Settings:
    return Settings.model_validate({"sources": tables})


def test_a_built_in_source_loads_with_its_options(tmp_path: Path) -> None:
    (loaded,) = load_sources(_settings(folder={"enabled": True, "path": str(tmp_path), "weight": 3}))
    assert loaded.error == ""
    assert loaded.working().name == "folder"
    assert loaded.options is not None
    assert loaded.options.model_dump()["path"] == tmp_path
    assert loaded.settings.weight == 3
    assert loaded.hosts == ()
    assert loaded.interval_s == 10.0


def test_a_source_that_is_switched_off_does_not_run(tmp_path: Path) -> None:
    file = write_plugin(tmp_path, "raise RuntimeError('it ran')")
    loaded = load_stranger(file, enabled=False)
    assert loaded.plugin is None
    assert loaded.error == ""
    assert loaded.path == file
    assert loaded.interval_s == 60.0
    with pytest.raises(PluginError, match="enabled = true"):
        loaded.working()


def test_an_unknown_source_is_a_mistake_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"sources\.foldr: no such source; did you mean folder\?"):
        load_sources(_settings(foldr={}))
    with pytest.raises(ConfigError, match=r"sources\.qqq: no such source; known are .*sdss"):
        load_sources(_settings(qqq={}))


def test_every_mistake_in_the_options_names_its_key() -> None:
    (loaded,) = load_sources(_settings(folder={"enabled": True, "recursiv": True, "settle_s": -1}))
    assert loaded.error.splitlines() == [
        "sources.folder.path: is missing; it has no default (The folder to watch)",
        "sources.folder.settle_s: got -1; input should be greater than or equal to 0.1",
        "sources.folder.recursiv: unknown key; did you mean recursive?",
    ]
    assert loaded.plugin is None


def test_a_misspelt_key_of_the_host_is_found_too(tmp_path: Path) -> None:
    loaded = load_stranger(write_plugin(tmp_path), wieght=2)
    assert loaded.error == "sources.stranger.wieght: unknown key; did you mean weight?"


@pytest.mark.parametrize(
    "body",
    ["raise RuntimeError('boom\\x1b[31m')", "raise SystemExit('boom')", "def broken(:\n    boom"],
    ids=["raises", "exits", "syntax"],
)
def test_a_plugin_that_fails_at_import_is_reported(tmp_path: Path, body: str) -> None:
    file = write_plugin(tmp_path, body)
    loaded = load_stranger(file)
    assert loaded.plugin is None
    assert str(file) in loaded.error
    assert "\x1b" not in loaded.error
    assert "astrolens_plugin_files.stranger" not in sys.modules


def test_a_plugin_that_fails_when_it_is_made_is_reported(tmp_path: Path) -> None:
    file = write_plugin(
        tmp_path, "def __init__(self):\n    1 / 0\nasync def offers(self, context):\n    yield"
    )
    assert "ZeroDivisionError" in load_stranger(file).error


def test_a_file_without_the_class_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "stranger.py"
    file.write_text("x = 1\n")
    assert "has no class Source" in load_stranger(file).error
    assert "no such file" in load_stranger(tmp_path / "absent.py").error
    (tmp_path / "text.txt").write_text("x = 1\n")
    assert "is no Python file" in load_stranger(tmp_path / "text.txt").error


def test_one_bad_source_leaves_the_others_alone(tmp_path: Path) -> None:
    bad = write_plugin(tmp_path, "raise ValueError('bad')", "bad")
    good = write_plugin(tmp_path, name="good")
    tables = {
        "plugin_files": [bad, good],
        "sources": {"bad": {"enabled": True}, "good": {"enabled": True}},
    }
    first, second = load_sources(Settings.model_validate(tables))
    assert (first.name, bool(first.error), first.plugin) == ("bad", True, None)
    assert (second.name, second.error) == ("good", "")


def test_a_folder_plugin_of_ones_own_loads(tmp_path: Path) -> None:
    write_plugin(tmp_path / "big", name="plugin")
    text = (tmp_path / "big" / "plugin.py").read_text()
    (tmp_path / "big" / "plugin.py").write_text(text.replace('"plugin"', '"big"'))
    assert load_stranger(tmp_path / "big").error == ""


def test_a_reload_runs_the_changed_file(tmp_path: Path) -> None:
    file = write_plugin(tmp_path)
    assert load_stranger(file).working().title == "A stranger"
    file.write_text(file.read_text().replace("A stranger", "A friend"))
    assert load_stranger(file).working().title == "A friend"


def test_an_entry_point_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plugin(tmp_path / "installed_plugin_package")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = EntryPoint("stranger", "installed_plugin_package.stranger:Source", "astrolens.sources")
    known = KnownSource(name="stranger", title="", entry=entry)
    assert loader._plugin_of(known).name == "stranger"


def test_the_host_of_base_url_is_added(tmp_path: Path) -> None:
    loaded = load_stranger(write_plugin(tmp_path), base_url="http://mirror.example.net:8080/")
    assert loaded.hosts == ("sky.example.org", "cdn.example.org", "mirror.example.net")
    assert loaded.base_url == "http://mirror.example.net:8080"
    assert load_stranger(write_plugin(tmp_path), interval_s=5).interval_s == 5


def test_a_plugin_that_hangs_at_import_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "LOAD_TIMEOUT_S", 0.2)
    file = tmp_path / "stranger.py"
    file.write_text("import time\ntime.sleep(20)\n")
    assert "did not end within 0.2 s" in load_stranger(file).error
