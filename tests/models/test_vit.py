"""The encoder gives the same numbers for a picture whatever it is batched with, and refuses broken folders."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import model_folder
from astrolens.models.vit import VitEncoder
from tests.models.tiny import CLASS_NAMES, DIMENSION, SIZE, write_tiny_model

# Of the bundled network for the picture drawn in the test below; eight of its 384 numbers.
EMBEDDING = (0.05124, 0.27396, -0.30453, -0.08652, 1.72479, -0.01505, -0.07877, 0.90094)
LOGITS = (3.9838, -2.8877, -1.0962)
PAIR = (-1.96,)
MERGER = (-1.491,)
ARTEFACT = (-2.6422,)


@pytest.fixture
def tiny(tmp_path: Path) -> VitEncoder:
    return VitEncoder.load(write_tiny_model(tmp_path / "tiny"), "cpu", 1)


def some_batch(count: int, size: int) -> NDArray[np.float32]:
    return np.random.default_rng(7).uniform(-1, 1, (count, 3, size, size)).astype(np.float32)


def test_shapes_and_names(tiny: VitEncoder) -> None:
    encoded = tiny.encode(some_batch(5, SIZE))
    assert encoded.embeddings.shape == (5, DIMENSION) == (5, tiny.dimension)
    assert encoded.logits.shape == (5, len(CLASS_NAMES))
    assert encoded.heads["pair"].shape == (5,)
    assert {encoded.embeddings.dtype, encoded.logits.dtype, encoded.heads["pair"].dtype} == {
        np.dtype(np.float32)
    }
    assert tiny.class_names == CLASS_NAMES
    assert tiny.head_names == ("pair",)
    assert tiny.model_id.startswith("tiny0-")


def test_a_row_does_not_depend_on_its_batch(tiny: VitEncoder) -> None:
    batch = some_batch(9, SIZE)
    together = tiny.encode(batch)
    for row in range(len(batch)):
        alone = tiny.encode(batch[row : row + 1])
        np.testing.assert_allclose(alone.embeddings[0], together.embeddings[row], atol=1e-5)
        np.testing.assert_allclose(alone.logits[0], together.logits[row], atol=1e-5)


def test_embedding_is_class_token_then_mean_of_patches(tmp_path: Path) -> None:
    from transformers import ViTModel

    folder = write_tiny_model(tmp_path / "tiny")
    batch = some_batch(2, SIZE)
    network = ViTModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager").eval()
    with torch.inference_mode():
        tokens = network(pixel_values=torch.as_tensor(batch)).last_hidden_state.numpy()
    want = np.concatenate([tokens[:, 0], tokens[:, 1:].mean(axis=1)], axis=1)
    np.testing.assert_allclose(
        VitEncoder.load(folder, "cpu").encode(batch).embeddings, want, rtol=1e-4, atol=1e-5
    )


def test_bundled_numbers_are_reproduced() -> None:
    rows, columns = np.mgrid[:96, :96].astype(np.float32)
    plane = 2 * np.exp(-np.hypot((rows - 47.5) / 14, (columns - 47.5) / 9)) - 1
    batch = np.stack([plane, 0.9 * plane - 0.1, 0.8 * plane - 0.2])[None].astype(np.float32)
    encoded = VitEncoder.load(model_folder("bundled"), "cpu", 1).encode(batch)
    some = encoded.embeddings[0, [0, 1, 2, 3, 191, 192, 193, 383]]
    np.testing.assert_allclose(some, EMBEDDING, atol=2e-3)
    np.testing.assert_allclose(encoded.logits[0], LOGITS, atol=5e-3)
    np.testing.assert_allclose(encoded.heads["pair"], PAIR, atol=5e-3)
    np.testing.assert_allclose(encoded.heads["merger"], MERGER, atol=5e-3)
    np.testing.assert_allclose(encoded.heads["artefact"], ARTEFACT, atol=5e-3)


def test_threads_are_set(tmp_path: Path) -> None:
    VitEncoder.load(write_tiny_model(tmp_path / "tiny"), "cpu", 1)
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("shape", [(3, SIZE, SIZE), (0, 3, SIZE, SIZE), (1, 1, SIZE, SIZE), (1, 3, 8, 8)])
def test_wrong_shape_is_refused(tiny: VitEncoder, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        tiny.encode(np.zeros(shape, np.float32))


def test_wrong_type_is_refused(tiny: VitEncoder) -> None:
    with pytest.raises(ValueError, match="float64"):
        tiny.encode(np.zeros((1, 3, SIZE, SIZE)))  # type: ignore[arg-type]


def test_damaged_weights_are_said(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / "model.safetensors").write_bytes(b"no weights at all")
    with pytest.raises(ConfigError, match="no network of kind 'vit' could be read"):
        VitEncoder.load(folder, "cpu")


def test_missing_weights_are_never_made_up(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = write_tiny_model(tmp_path / "tiny")
    weights = load_file(folder / "model.safetensors")
    del weights["embeddings.cls_token"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigError, match="cls_token"):
        VitEncoder.load(folder, "cpu")


def test_preprocessing_must_fit_the_network(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / "preprocessing.json").write_text('{"size": 32, "crop_fraction": 0.5}')
    with pytest.raises(ConfigError, match="makes 3 of 32"):
        VitEncoder.load(folder, "cpu")
