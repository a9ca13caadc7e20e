import json
from pathlib import Path

import numpy as np
import pytest
import torch

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.vit import VitEncoder
from astrolens.train.export import class_head_of, write_model
from astrolens.train.network import build_student, embed
from astrolens.train.pool import Pool, Targets


@pytest.mark.parametrize(("precision", "close"), [("float16", 3e-3), ("float32", 1e-6)])
def test_folder_loads_and_says_the_same(
    recipe: Recipe, pool: Pool, tmp_path: Path, precision: str, close: float
) -> None:
    recipe = recipe.model_copy(update={"precision": precision})
    student = build_student(recipe, pool.targets).eval()
    write_model(tmp_path, student["network"], student["heads"], recipe, pool.targets, "# card\n")
    encoder = VitEncoder.load(tmp_path, "cpu")
    assert encoder.class_names == ("round", "flat")
    assert encoder.head_names == ("tilt", "pair", "artefact")
    assert encoder.preprocessing.crop_fraction == 0.6
    pixels = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    said = encoder.encode(pixels)
    with torch.inference_mode():
        wanted = embed(student["network"], torch.from_numpy(pixels))
        pair = student["heads"]["pair"](wanted)[:, 0]
    np.testing.assert_allclose(said.embeddings, wanted.numpy(), atol=close)
    np.testing.assert_allclose(said.heads["pair"], pair.numpy(), atol=close)
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "vit"
    assert not list(tmp_path.glob("*.partial"))


def test_which_head_gives_the_classes(recipe: Recipe, pool: Pool) -> None:
    assert class_head_of(recipe, pool.targets) == ("shape", ("round", "flat"))
    bare = Targets(class_names={}, classes={}, numbers={})
    head, names = class_head_of(recipe, bare)
    assert (head, names[:2]) == ("composite", ("clean", "second_galaxy"))
    with pytest.raises(
        ConfigError, match=r"class_head = 'other': no data set of the recipe has such classes.*shape"
    ):
        class_head_of(recipe.model_copy(update={"class_head": "other"}), pool.targets)


def test_a_class_head_of_a_set_that_is_not_given_is_left_aside(recipe: Recipe) -> None:
    asked = recipe.model_copy(update={"class_head": "shape"})
    bare = Targets(class_names={}, classes={}, numbers={})
    assert class_head_of(asked, bare)[0] == "composite"
