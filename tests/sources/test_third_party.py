"""Other people's plugins: off until named, and every mistake told with its file and its remedy."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.sources.known import known_sources
from astrolens.sources.loader import LoadedSource, load_sources
from tests.sources.strangers import write_plugin


def _package(folder: Path, code: str, *, name: str = "stranger", package: str = "strangers-sky") -> None:
    """Install a package, as pip leaves it, whose entry point is ``name``."""
    module = f"{package.replace('-', '_')}_code"
    (folder / f"{module}.py").write_text(code)
    info = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[astrolens.sources]\n{name} = {module}:Source\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path into which packages are installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    yield folder
    sys.modules.pop("strangers_sky_code", None)


def _load(name: str, *files: Path) -> LoadedSource:
    tables = {"plugin_files": files, "sources": {name: {"enabled": True}}}
    (loaded,) = load_sources(Settings.model_validate(tables))
    return loaded


def test_an_installed_package_is_listed_and_does_not_run_until_it_is_named(site: Path) -> None:
    _package(site, "raise RuntimeError('it ran')")
    assert "stranger" in {source.name for source in known_sources()}
    assert load_sources(Settings()) == []
    off = Settings.model_validate({"sources": {"stranger": {}}})
    (loaded,) = load_sources(off)
    assert (loaded.plugin, loaded.error) == (None, "")
    assert "strangers_sky_code" not in sys.modules


def test_an_installed_package_works(site: Path, tmp_path: Path) -> None:
    _package(site, write_plugin(tmp_path / "written").read_text())
    loaded = _load("stranger")
    assert (loaded.error, loaded.path) == ("", None)
    assert loaded.working().title == "A stranger"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import a_library_that_is_not_there",
            "ModuleNotFoundError: No module named 'a_library_that_is_not_there'",
        ),
        ("raise OSError('disk on fire')", "OSError: disk on fire"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("x = 1", "AttributeError: module 'strangers_sky_code' has no attribute 'Source'"),
        ("class Source(:", "SyntaxError: invalid syntax"),
    ],
)
def test_a_package_that_raises_on_import_is_named_with_its_remedy(site: Path, code: str, words: str) -> None:
    _package(site, code)
    error = _load("stranger").error
    assert error.startswith(f"installed package strangers-sky: strangers_sky_code:Source: {words}")
    assert error.endswith("; update or uninstall the package or set enabled = false")


def test_a_package_with_a_class_that_is_no_source(site: Path) -> None:
    _package(site, "class Source:\n    name = 'other'\n")
    error = _load("stranger").error
    assert "installed package strangers-sky: strangers_sky_code:Source: Source breaks the contract" in error
    assert "name is 'other'; it must be 'stranger'" in error


def test_a_package_never_replaces_a_built_in_plugin(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    _package(site, "raise RuntimeError('it ran')", name="apod")
    loaded = _load("apod")
    assert loaded.error == ""
    assert "NASA" in loaded.working().title
    assert "installed package strangers-sky: strangers_sky_code:Source is left out" in caplog.text
    assert "must rename its entry point" in caplog.text


def test_a_file_of_ones_own_replaces_a_built_in_plugin_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_plugin(tmp_path, name="apod")
    loaded = _load("apod", file)
    assert loaded.error == ""
    assert loaded.working().title == "A stranger"
    assert loaded.path == file
    assert f"apod.py is left out: {file} has the same name; rename one of them" in caplog.text


def test_of_two_files_of_one_name_the_first_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = write_plugin(tmp_path / "a"), write_plugin(tmp_path / "b")
    assert _load("stranger", first, second).path == first
    assert f"plugin {second} is left out: {first} has the same name" in caplog.text


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "absent.py"
    assert _load("absent", file).error == f"{file}: no such file; correct plugin_files or remove it there"


def test_a_file_with_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("x = 1\nclass Source(:\n")
    error = _load("broken", file).error
    assert error.startswith(f"{file}: SyntaxError: ")
    assert "line 2" in error
    assert error.endswith("; correct the plugin or set enabled = false")


def test_a_wrong_class_is_told_with_everything_that_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("class Source:\n    name = 'wrong'\n    title = 'x'\n    hosts = 'sky.example'\n")
    error = _load("wrong", file).error
    assert error.startswith(f"{file}: Source breaks the contract: ")
    for word in ("licence", "credit", "hosts", "poll_interval_s", "Options", "offers"):
        assert word in error
    file.write_text("Source = 5\n")
    assert _load("wrong", file).error == f"{file}: has no class Source; see docs/plugins.md"


def test_a_table_without_a_plugin_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sources\.strangr: no such source; did you mean stranger\?"):
        _load("strangr", write_plugin(tmp_path))


def test_every_address_that_a_person_names_is_allowed_and_checked(tmp_path: Path) -> None:
    file = write_plugin(tmp_path)
    text = file.read_text().replace(
        '    base_url: str = "https://sky.example.org"\n',
        '    base_url: str = "https://sky.example.org"\n    stamps_url: str = "http://10.0.0.1:8080/s/"\n',
    )
    file.write_text(text)
    loaded = _load("stranger", file)
    assert loaded.base_urls == ("https://sky.example.org", "http://10.0.0.1:8080/s")
    assert "10.0.0.1" in loaded.hosts
    file.write_text(text.replace("http://10.0.0.1:8080/s/", "stamps"))
    assert "sources.stranger.stamps_url: got 'stamps'; want https://" in _load("stranger", file).error
