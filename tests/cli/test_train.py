import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from astrolens.cli.train import train_app
from astrolens.domain.errors import ConfigError
from astrolens.models.folder import model_id
from astrolens.train import shrink
from tests.cli.conftest import harmless
from tests.models.tiny import write_tiny_model
from tests.train.conftest import write_folder
from tests.train.test_heads import write_labels, write_sky
from tests.train.test_shrink import painted

RECIPE = """
class_head = "kind"
name = "tiny"
held_out = 0.3
[network]
size = 16
width = 16
depth = 1
heads = 2
feed_forward = 32
[composites]
refit_views = 64
[training]
batch = 16
[data.elsewhere.classes.kind]
column = "kind"
names = { a = "one", b = "other" }
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    folder = write_folder(tmp_path / "galaxies")
    (folder / "0.png").write_bytes(b"")
    places = [
        "--recipe",
        str(tmp_path / "recipe.toml"),
        "--data",
        str(folder),
        "--out",
        str(tmp_path / "out"),
    ]
    return ["encoder", *places, "--device", "cpu", "--threads", "1", "--steps", "2"]


def test_it_trains_and_tells(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(train_app(), arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert "training, loss" in done.stderr
    assert "2 of 2" in done.stderr
    assert harmless(done.stderr), "a log gets lines, no bar"
    assert "not read: 1 pictures: the file is empty" in done.stdout
    assert "galaxies_label: 10 nearest neighbours, accuracy" in done.stdout
    assert "no --data goes by the name of: elsewhere" in done.stdout
    assert (tmp_path / "out" / "model.safetensors").exists()


def test_json_and_time_that_is_up(arguments: list[str]) -> None:
    done = CliRunner().invoke(train_app(), [*arguments, "--minutes", "0", "--json"], catch_exceptions=False)
    outcome = json.loads(done.stdout)
    assert (outcome["finished"], outcome["step"], outcome["measured"]) == (False, 1, [])
    done = CliRunner().invoke(train_app(), [*arguments, "--resume", "--quiet"], catch_exceptions=False)
    assert done.stderr == ""
    assert "2 steps" in done.stdout


def test_mistakes_are_errors_of_the_house(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        CliRunner().invoke(
            train_app(), [*arguments, "--data", str(tmp_path / "absent")], catch_exceptions=False
        )


@pytest.mark.slow
def test_a_cheaper_one_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrink, "FEWEST_PICTURES", 20)
    painted(tmp_path / "pictures", 24)
    whole, small = write_tiny_model(tmp_path / "whole"), tmp_path / "small"
    order = ["fast", str(tmp_path / "pictures"), "--from", str(whole), "--out", str(small)]
    done = CliRunner().invoke(
        train_app(), [*order, "--size", "16", "--layers", "1", "--shapes", "--json"], catch_exceptions=False
    )
    told = json.loads(done.stdout)
    assert (told["model_id"], told["pictures"]) == (model_id(small), 24)
    assert json.loads((small / "preprocessing.json").read_text())["measures"] == "all"


HEADS = """
folds = 3
[ordinary.sky]
number = 30
[heads.merger]
yes = ["m"]
no = { n = 0.5 }
ordinary = { sky = 0.5 }
"""


def test_heads_are_fitted_to_labels(tmp_path: Path) -> None:
    (tmp_path / "heads.toml").write_text(HEADS)
    sky, whole = write_sky(tmp_path / "sky"), write_tiny_model(tmp_path / "whole")
    labels = write_labels(tmp_path / "labels.csv")
    order = ["heads", "--from", str(whole), "--data", str(sky), "--labels", str(labels), "--apart", str(sky)]
    order += ["--recipe", str(tmp_path / "heads.toml"), "--cache", str(tmp_path / "cache")]
    done = CliRunner().invoke(train_app(), [*order, "--out", str(tmp_path / "one")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "embedding sky" in done.stderr
    assert "left out: 12 pictures: marked test" in done.stdout
    assert "not used: 2 labels: not among the pictures that may be trained on" in done.stdout
    assert "merger: m against n, AUROC" in done.stdout
    assert model_id(tmp_path / "one") in done.stdout
    done = CliRunner().invoke(
        train_app(), [*order, "--out", str(tmp_path / "two"), "--json"], catch_exceptions=False
    )
    told = json.loads(done.stdout)
    assert told["model_id"] == model_id(tmp_path / "one")
    assert told["fitted_on"]["merger"] == {"m": 20, "n": 20, "ordinary sky": 30}
    with pytest.raises(ConfigError, match="is not empty"):
        CliRunner().invoke(train_app(), [*order, "--out", str(tmp_path / "two")], catch_exceptions=False)


@pytest.mark.parametrize("verb", ["fast", "heads"])
def test_a_whole_encoder_that_is_not_there_is_told_by_its_option(verb: str, tmp_path: Path) -> None:
    order = [verb, "--from", "/nowhere/net", "--out", str(tmp_path / "out")]
    order += [str(tmp_path)] if verb == "fast" else ["--data", str(tmp_path)]
    left = CliRunner().invoke(train_app(), order)
    assert isinstance(left.exception, ConfigError)
    assert str(left.exception).startswith("--from: there is no folder '/nowhere/net'; name bundled, ")
