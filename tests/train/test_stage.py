import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.vit import VitEncoder
from astrolens.train import log
from astrolens.train.checkpoint import STATE
from astrolens.train.stage import WORK, Job, train_encoder
from tests.train.conftest import quiet, tiny_tables

KILLED = """
import json, os, signal, sys
from pathlib import Path
from astrolens.config.recipe import Recipe
from astrolens.train.stage import Job, train_encoder

def progress(words, done, every):
    if words.startswith("training") and done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

tables, data, cache, out = sys.argv[1:]
train_encoder(
    Recipe.model_validate(json.loads(tables)),
    Job(data=(Path(data),), cache=Path(cache), out=Path(out), device="cpu"),
    progress,
)
"""


def losses(out: Path) -> dict[int, float]:
    return {line["step"]: line["loss"] for line in log.read(out / WORK / log.LOG) if "loss" in line}


@pytest.fixture(scope="module")
def finished(galaxies: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    out = tmp_path_factory.mktemp("finished")
    outcome = train_encoder(
        Recipe.model_validate(tiny_tables()), Job(data=(galaxies,), out=out, cache=cache, device="cpu"), quiet
    )
    assert outcome.finished
    assert outcome.step == 6
    assert len(outcome.measured) == 9
    assert outcome.pictures + outcome.held_out == 56
    return out


def same_model(left: Path, right: Path) -> bool:
    return all(
        np.allclose(value, load_file(right / name)[key], atol=1e-5)
        for name in ("model.safetensors", "heads.safetensors")
        for key, value in load_file(left / name).items()
    )


def test_output_is_an_encoder(finished: Path) -> None:
    encoder = VitEncoder.load(finished, "cpu")
    assert encoder.model_id.startswith("tiny-")
    assert encoder.head_names == ("tilt", "pair", "artefact", "pair_joint", "artefact_joint")
    said = encoder.encode(np.zeros((1, 3, 16, 16), np.float32))
    assert np.isfinite(said.embeddings).all()
    assert "marked test" in (finished / "README.md").read_text()
    assert list(losses(finished)) == [1, 2, 3, 4, 5, 6]


def test_same_seed_gives_the_same_curve(
    finished: Path, galaxies: Path, cache: Path, recipe: Recipe, tmp_path: Path
) -> None:
    train_encoder(recipe, Job(data=(galaxies,), out=tmp_path, cache=cache, device="cpu"), quiet)
    assert losses(tmp_path) == losses(finished)
    assert same_model(tmp_path, finished)


def test_stopped_run_goes_on_to_the_same_end(
    finished: Path, galaxies: Path, cache: Path, recipe: Recipe, tmp_path: Path
) -> None:
    stops = Job(data=(galaxies,), out=tmp_path, cache=cache, device="cpu", minutes=0.0, resume=True)
    for step in range(1, 6):
        outcome = train_encoder(recipe, stops, quiet)
        assert (outcome.finished, outcome.step) == (False, step)
    assert not (tmp_path / "config.json").exists()
    assert train_encoder(recipe, stops, quiet).finished
    assert losses(tmp_path) == pytest.approx(losses(finished))
    assert same_model(tmp_path, finished)


@pytest.mark.process
@pytest.mark.timeout(90)
def test_killed_run_goes_on_to_the_same_end(
    finished: Path, galaxies: Path, cache: Path, recipe: Recipe, tmp_path: Path
) -> None:
    call = [sys.executable, "-c", KILLED, json.dumps(tiny_tables()), str(galaxies), str(cache), str(tmp_path)]
    done = subprocess.run(call, capture_output=True, timeout=80, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert list(losses(tmp_path)) == [1, 2, 3, 4, 5]  # the checkpoint is of step 3
    outcome = train_encoder(
        recipe, Job(data=(galaxies,), out=tmp_path, cache=cache, device="cpu", resume=True), quiet
    )
    assert outcome.finished
    assert losses(tmp_path) == pytest.approx(losses(finished))
    assert same_model(tmp_path, finished)


def test_an_encoder_is_not_overwritten_by_mistake(
    finished: Path, galaxies: Path, cache: Path, make_recipe: Callable[..., Recipe]
) -> None:
    job = Job(data=(galaxies,), out=finished, cache=cache, device="cpu")
    with pytest.raises(ConfigError, match="go on with --resume or choose another folder"):
        train_encoder(make_recipe(), job, quiet)
    other = Job(data=(galaxies,), out=finished, cache=cache, device="cpu", resume=True)
    with pytest.raises(ConfigError, match=r"begun with training\.temperature = 0\.2, now it is 0\.5"):
        train_encoder(make_recipe(temperature=0.5), other, quiet)


def test_it_begins_from_another_encoder(
    finished: Path, galaxies: Path, cache: Path, make_recipe: Callable[..., Recipe], tmp_path: Path
) -> None:
    recipe = make_recipe(steps=1, learning_rate=1e-9, warmup_steps=0)
    train_encoder(
        recipe, Job(data=(galaxies,), out=tmp_path, cache=cache, device="cpu", start=finished), quiet
    )
    left, right = (load_file(folder / "model.safetensors") for folder in (finished, tmp_path))
    assert all(np.allclose(value, right[name], atol=1e-3) for name, value in left.items())
    assert "from the weights of" in (tmp_path / "README.md").read_text()


def test_a_loss_that_is_no_number_is_told(
    galaxies: Path, cache: Path, make_recipe: Callable[..., Recipe], tmp_path: Path
) -> None:
    recipe = make_recipe(steps=30, composite_weight=3e38, contrast_weight=3e38)
    with pytest.raises(ConfigError, match="lower the rate and start afresh"):
        train_encoder(recipe, Job(data=(galaxies,), out=tmp_path, cache=cache, device="cpu"), quiet)
    assert not (tmp_path / WORK / STATE).exists()


def test_unknown_device(galaxies: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--device 'abacus'"):
        train_encoder(recipe, Job(data=(galaxies,), out=tmp_path, device="abacus"), quiet)
