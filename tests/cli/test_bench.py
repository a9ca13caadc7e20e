"""Verbs of ``astrolens bench`` as a person calls them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from astrolens.bench.sky import paint_sky
from astrolens.bench.ui import UiAmounts
from astrolens.cli.bench import bench_app


def test_help_names_every_benchmark() -> None:
    shown = CliRunner().invoke(bench_app(), ["--help"]).output
    assert all(name in shown for name in ("galaxies", "calibration", "speed", "memory", "quality"))


def test_an_unknown_set_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(bench_app(), ["galaxies", "--data", str(tmp_path), "--set", "stars"])
    assert done.exit_code == 2
    assert "dontknow" in done.output


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.timeout(120)
def test_figures_come_as_json_and_into_the_file(tmp_path: Path) -> None:
    sky = paint_sky(tmp_path / "sky", reference=44, normal=4, odd=1, seed=5, survey="wide")
    rows = [("reference", 0, sky.reference), ("test", 0, sky.normal), ("test", 1, sky.odd)]
    lines = [f"{path.name},{odd},{split}" for split, odd, part in rows for path in part]
    (tmp_path / "sky/labels.csv").write_text("\n".join(["file,anomaly,split", *lines]))
    file = tmp_path / "memory.json"
    asked = ["memory", "--data", str(tmp_path / "sky"), "--images", "200", "--out", str(file)]
    done = CliRunner().invoke(bench_app(), asked)
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert printed == json.loads(file.read_text(encoding="utf-8"))
    assert (printed["bench"], printed["images"], printed["different_images"]) == ("memory", 200, 48)


def test_the_amounts_of_ui_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[UiAmounts] = []

    def measured(amounts: UiAmounts, **_: object) -> dict[str, object]:
        heard.append(amounts)
        return {"labels": amounts.labels}

    monkeypatch.setattr("astrolens.bench.ui.bench_ui", measured)
    done = CliRunner().invoke(bench_app(), ["ui"])
    assert done.exit_code == 0, done.output
    few = [
        "--candidates",
        "3000",
        "--keys",
        "20",
        "--storm",
        "2",
        "--stopped",
        "3",
        "--windows",
        "1",
        "--pairs",
        "4",
    ]
    done = CliRunner().invoke(bench_app(), ["ui", *few, "--labels", "5"])
    assert json.loads(done.stdout) == {"labels": 5}
    assert heard[0] == UiAmounts()
    assert heard[1] == UiAmounts(
        candidates=3000, keys=20, storm_s=2.0, stopped_s=3.0, windows=1, pairs=4, labels=5
    )
