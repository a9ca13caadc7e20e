from pathlib import Path

import numpy as np
import pytest
import torch

from astrolens.config.recipe import NetworkRecipe, Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.vit import VitEncoder
from astrolens.train.network import (
    build_student,
    build_vit,
    decay_groups,
    embed,
    normalised,
    parameters_of,
    start_from,
)
from astrolens.train.pool import Pool
from tests.models.tiny import write_tiny_model

TINY = NetworkRecipe(size=16, patch=8, width=16, depth=2, heads=2, feed_forward=32)


def test_default_is_small() -> None:
    assert parameters_of(build_vit(Recipe().network)) < 6_000_000
    assert Recipe().network.size <= 128


def test_student_follows_the_seed(recipe: Recipe, pool: Pool) -> None:
    torch.manual_seed(5)
    first, again = (build_student(recipe, pool.targets).state_dict() for _ in range(2))
    other = build_student(recipe.model_copy(update={"seed": 1}), pool.targets).state_dict()
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert not all(torch.equal(value, other[name]) for name, value in first.items())
    assert {"heads.shape.weight", "heads.tilt.weight", "heads.pair.weight", "heads.composite.bias"} <= set(
        first
    )


def test_embedding_is_that_of_the_encoder(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_tiny_model(tmp_path / "model")
    network = build_vit(TINY)
    start_from(network, folder, TINY)
    pixels = np.random.default_rng(0).random((3, 3, 16, 16), np.float32)
    encoder = VitEncoder.load(folder, "cpu")
    inputs = normalised(torch.from_numpy(pixels), recipe)
    with torch.inference_mode():
        ours = embed(network.eval(), inputs).numpy()
    np.testing.assert_allclose(ours, encoder.encode(inputs.numpy()).embeddings, atol=1e-5)


def test_start_stretches_positions_to_another_size(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "model")
    larger = TINY.model_copy(update={"size": 32})
    network = build_vit(larger)
    start_from(network, folder, larger)
    small = build_vit(TINY)
    start_from(small, folder, TINY)
    positions = [net.state_dict()["embeddings.position_embeddings"] for net in (network, small)]
    assert positions[0].shape == (1, 17, 16)
    assert torch.equal(positions[0][:, 0], positions[1][:, 0])
    assert torch.allclose(positions[0][:, 1:].mean(dim=1), positions[1][:, 1:].mean(dim=1), atol=1e-4)


def test_start_of_another_shape_is_refused(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "model")
    wider = TINY.model_copy(update={"width": 32})
    with pytest.raises(ConfigError, match=r"hidden_size is 16, the recipe's network\.width is 32"):
        start_from(build_vit(wider), folder, wider)
    (folder / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ConfigError, match="--start"):
        start_from(build_vit(TINY), folder, TINY)


def test_only_matrices_decay(recipe: Recipe, pool: Pool) -> None:
    student = build_student(recipe, pool.targets)
    names = {id(value): name for name, value in student.named_parameters()}
    decaying, others = (
        {names[id(value)] for value in group["params"]} for group in decay_groups(student, 0.05)
    )
    assert decaying | others == set(names.values())
    assert "network.embeddings.patch_embeddings.projection.weight" in decaying
    assert {"network.embeddings.cls_token", "network.embeddings.position_embeddings"} <= others
    assert not [name for name in decaying if name.endswith("bias")]
