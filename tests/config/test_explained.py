"""Every setting in force: default, bounds, and where it comes from."""

from pathlib import Path

from astrolens.config.explained import Explained, explained
from astrolens.config.load import load
from astrolens.config.settings import Settings


def rows_of(settings: Settings, file: Path) -> dict[str, Explained]:
    rows, mistake = explained(settings, file)
    assert mistake == ""
    return {row.key: row for row in rows}


def test_without_a_file_everything_is_a_default(tmp_path: Path) -> None:
    rows = rows_of(Settings(), tmp_path / "none.toml")
    assert {row.origin for row in rows.values()} == {"default"}
    assert all(row.waiting is None and row.value == row.default for row in rows.values())
    assert rows["detect.budget_per_1000"].bounds == "above 0 to 200"
    assert rows["detect.fdr"].bounds == "above 0 below 1, or empty"
    assert rows["daemon.log_level"].bounds == "debug | info | warning | error"
    assert all(row.words for row in rows.values())


def test_origins(tmp_path: Path) -> None:
    file = tmp_path / "astrolens.toml"
    file.write_text(
        '[detect]\nbudget_per_1000 = 3.0\n[sources.nasa]\nenabled = true\napi_key = "secret"\nweight = 1.0\n'
    )
    settings = load(file)
    rows = rows_of(settings, file)
    assert (rows["detect.budget_per_1000"].origin, rows["detect.budget_per_1000"].default) == ("file", "2.0")
    assert (rows["sources.nasa.enabled"].origin, rows["sources.nasa.enabled"].default) == ("file", "false")
    assert rows["sources.nasa.api_key"].value == '"********"'
    assert rows["sources.nasa.batch"].origin == "default"
    started = settings.model_copy(update={"detect": settings.detect.model_copy(update={"seed": 5})})
    assert rows_of(started, file)["detect.seed"].origin == "start"


def test_what_the_file_says_since_is_told(tmp_path: Path) -> None:
    file = tmp_path / "astrolens.toml"
    file.write_text("[detect]\nbudget_per_1000 = 3.0\n")
    rows = rows_of(Settings(), file)
    assert rows["detect.budget_per_1000"].waiting == "3.0"
    assert rows["detect.budget_per_1000"].value == "2.0"
    file.write_text("[detect]\nbudget = 3.0\n")
    found, mistake = explained(Settings(), file)
    assert "unknown key" in mistake
    assert all(row.waiting is None for row in found)
