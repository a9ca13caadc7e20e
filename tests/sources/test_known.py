"""Which plugins there are, found without running any."""

import sys
from importlib import metadata
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from astrolens.sources import known
from astrolens.sources.known import built_in_folders, known_sources
from tests.sources.strangers import write_plugin


def test_the_built_in_ones_are_listed_with_their_titles() -> None:
    listed = {source.name: source for source in known_sources()}
    assert {"folder", "sdss", "simulated"} <= set(listed)
    assert listed["folder"].title == "A folder of your own"
    assert listed["sdss"].path == built_in_folders()[0] / "sdss.py"
    assert list(listed) == sorted(listed)


def test_listing_runs_nothing(tmp_path: Path) -> None:
    file = write_plugin(tmp_path, "raise RuntimeError('it ran')", "unrun")
    listed = {source.name: source for source in known_sources([file])}
    assert listed["unrun"].title == "A stranger"
    assert "astrolens_plugin_files.unrun" not in sys.modules


def test_a_title_that_is_no_text_and_a_file_that_is_no_python_are_blank(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("class Source:\n    title = 'a' + 'b'\n")
    (tmp_path / "two.py").write_text("class Source(:\n")
    (tmp_path / "three.py").write_bytes(b"\x00\xff")
    files = [tmp_path / name for name in ("one.py", "two.py", "three.py", "absent.py")]
    listed = {source.name: source.title for source in known_sources(files)}
    assert [listed[name] for name in ("one", "two", "three", "absent")] == ["", "", "", ""]


def test_a_file_of_ones_own_wins_and_an_installed_package_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entries = [EntryPoint(name, f"pkg:{name}", "astrolens.sources") for name in ("folder", "fresh")]
    monkeypatch.setattr(known, "entry_points", lambda group: metadata.EntryPoints(entries))
    own = write_plugin(tmp_path, name="sdss")
    listed = {source.name: source for source in known_sources([own])}
    assert listed["sdss"].path == own
    assert listed["folder"].path == built_in_folders()[0] / "folder.py"
    assert listed["fresh"].entry is not None
    assert "pkg:folder is left out" in caplog.text
    assert "sdss.py is left out" in caplog.text
