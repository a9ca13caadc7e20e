"""What docs/plugins.md says is so, and the template beside it loads, runs and passes its own test."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens import plugin
from astrolens.config.settings import Settings, SourceSettings
from astrolens.plugin import Answer, Fetcher, ImageSource, SourceContext
from astrolens.sources.known import known_sources
from astrolens.sources.loader import load_sources

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"
TEMPLATES = DOCUMENT.parent / "templates"


@pytest.fixture
def words() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.process
def test_the_template_passes_its_own_test_wherever_it_is_copied(tmp_path: Path) -> None:
    for name in ("skyhooks.py", "test_skyhooks.py"):
        (tmp_path / name).write_bytes((TEMPLATES / name).read_bytes())
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"[5-9] passed", done.stdout)


def test_the_template_is_off_until_it_is_named() -> None:
    file = TEMPLATES / "skyhooks.py"
    assert "skyhooks" in {source.name for source in known_sources([file])}
    assert load_sources(Settings.model_validate({"plugin_files": [file]})) == []
    (named,) = load_sources(Settings.model_validate({"plugin_files": [file], "sources": {"skyhooks": {}}}))
    assert (named.plugin, named.error) == (None, "")
    on = {"plugin_files": [file], "sources": {"skyhooks": {"enabled": True, "telescope": "south"}}}
    (working,) = load_sources(Settings.model_validate(on))
    assert working.working().title == "The Skyhooks archive"


def test_the_whole_surface_is_named(words: str) -> None:
    calls = [name for name in vars(Fetcher) if not name.startswith("_")]
    for name in [
        *ImageSource.__annotations__, *SourceContext.__annotations__, *SourceSettings.model_fields, *calls,
        *Answer.__annotations__, *(name for name in plugin.__all__ if name[0].islower()),
    ]:  # fmt: skip
        assert f"`{name}" in words or f".{name}" in words, f"{name} is not in {DOCUMENT.name}"


def test_its_links_lead_somewhere(words: str) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", words):
        assert (DOCUMENT.parent / target).exists(), target
