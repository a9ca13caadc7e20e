"""Files scored without a daemon or a profile: the columns, the reasons, the exit codes."""

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest

from astrolens.domain.analysis import Morphology
from tests.cli.conftest import HOSTILE, Command, harmless, promoted
from tests.models.tiny import write_tiny_model
from tests.pipeline.pictures import paint

pytestmark = pytest.mark.process


@pytest.fixture
def config(tmp_path: Path, tiny_model: Path) -> Path:
    file = tmp_path / "a.toml"
    file.write_text(f'[analyse]\nmodel = "{tiny_model}"\n')
    return file


def test_every_file_has_its_row(tmp_path: Path, config: Path, command: Command) -> None:
    paint(tmp_path / "far", 42)
    normals = tmp_path / "normals"
    normals.symlink_to(tmp_path / "far")
    new = tmp_path / "new"
    (good,) = paint(new, 1, first=100)
    good.rename(new / HOSTILE)
    (new / "broken.jpg").write_bytes(b"<html>maintenance</html>")
    unreadable = os.fsencode(new / "odd-") + b"\xff.jpg"
    Path(os.fsdecode(unreadable)).write_bytes(b"")
    file = tmp_path / "rows.csv"
    ended = command("analyze", new, "--reference", normals, "--csv", file, "--config", config)
    assert ended.code == 0, ended.err
    assert harmless(ended.out)
    assert "1 scored" in ended.out
    assert ended.out.count("not scored: ") == 2
    with file.open(encoding="utf-8", newline="") as stream:
        rows = {Path(row["file"]).name: row for row in csv.DictReader(stream)}
    assert set(rows) == {HOSTILE, "broken.jpg", "odd-\\udcff.jpg"}
    scored = rows[HOSTILE]
    names = list(scored)
    assert names[:5] == ["file", "sha256", "p_value", "sigma", "verdict"]
    assert names[-1] == "reason"
    assert {"class_round", "class_disk"} <= set(names)
    assert set(Morphology.number_names()) <= set(names)
    detectors = {name.removeprefix("score_") for name in names if name.startswith("score_")}
    assert {"msp", "energy", "mahalanobis"} <= detectors
    assert detectors == {name.removeprefix("p_") for name in names if name.startswith("p_")} - {"value"}
    assert scored["sha256"] == hashlib.sha256((new / HOSTILE).read_bytes()).hexdigest()
    assert 0 < float(scored["p_value"]) <= 1
    assert scored["verdict"] in ("anomaly", "near_miss", "normal")
    assert float(scored["class_round"]) + float(scored["class_disk"]) == pytest.approx(1.0)
    assert rows["broken.jpg"]["verdict"] == "not scored"
    assert rows["broken.jpg"]["p_value"] == ""
    assert "HTML" in rows["broken.jpg"]["reason"]


def test_without_a_reference_files_are_compared_with_each_other(
    tmp_path: Path, config: Path, command: Command
) -> None:
    files = paint(tmp_path / "all", 40)
    ended = command("analyze", tmp_path / "all", files[0], "--json", "-c", config, "--aggressive")
    rows = json.loads(ended.out)
    assert len(rows) == 40
    assert all(row["verdict"] in ("anomaly", "near_miss", "normal") for row in rows)
    assert ended.err == ""
    few = command("analyze", *files[:3], "-c", config, "--quiet")
    assert (few.code, few.out) == (1, "")
    assert "3 usable reference pictures; at least 40 are needed" in few.err
    assert "--reference" in few.err


def test_the_encoder_in_force_is_used_and_named(
    tmp_path: Path, config: Path, command: Command, tiny_model: Path
) -> None:
    paint(tmp_path / "all", 40)
    asked = ("analyze", tmp_path / "all", "-c", config)
    plain = command(*asked)
    assert plain.out.splitlines()[-1] == f"encoder {tiny_model}: named by analyse.model"
    other = write_tiny_model(tmp_path / "other", 1)
    promoted(tmp_path / "data", str(tiny_model), str(other))
    ended = command(*asked)
    assert ended.code == 0, ended.err
    last = ended.out.splitlines()[-1]
    assert last.startswith(f"encoder {other}: promoted 20")
    assert last.endswith(f" by ada; analyse.model names {tiny_model}")
    rows = json.loads(command(*asked, "--json").out)
    assert {row["model_id"].split("-")[0] for row in rows} == {"tiny1"}


def test_an_encoder_in_force_that_went_away_is_told(
    tmp_path: Path, config: Path, command: Command, tiny_model: Path
) -> None:
    paint(tmp_path / "all", 1)
    promoted(tmp_path / "data", str(tiny_model), str(tmp_path / "gone"))
    ended = command("analyze", tmp_path / "all", "-c", config)
    assert (ended.code, ended.out) == (78, "")
    assert "/gone', the encoder in force (promoted 20" in ended.err
    (tmp_path / "data" / "astrolens.db").write_bytes(b"no database at all" * 300)
    ended = command("analyze", tmp_path / "all", "-c", config)
    assert "does not say which encoder is in use: " in ended.err
    assert "the one that analyse.model names is used" in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "PATH"),
        (("/nowhere/at/all",), 1, "no such file"),
        ((".",), 1, "known suffixes"),
        ((".", "--csv", "/nowhere/rows.csv"), 1, "cannot be written"),
        ((".", "--config", "/nowhere.toml"), 78, "no such file"),
    ],
)
def test_mistakes_have_their_code(
    command: Command, arguments: tuple[str, ...], code: int, words: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    ended = command("analyze", *arguments)
    assert ended.code == code, ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
