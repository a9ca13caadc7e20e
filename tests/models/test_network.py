"""Networks of several kinds come from their own folders, and give one form of numbers."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import model_folder, model_id
from astrolens.models.network import Layout, layout_of, load_network, outputs
from astrolens.models.onnx_cache import cached_graph
from astrolens.models.onnx_encoder import OnnxEncoder, graph_name
from astrolens.models.onnx_export import Precision, export
from astrolens.models.preprocessing import load_preprocessing
from astrolens.models.vit import VitEncoder
from tests.models.foreign import KINDS, write_foreign_model
from tests.models.tiny import write_tiny_model

LAYOUTS = {
    "dinov2": Layout(special=1, has_class=True, rows=2, columns=2, width=16),
    "dinov2_with_registers": Layout(special=5, has_class=True, rows=2, columns=2, width=16),
    "vit": Layout(special=1, has_class=True, rows=2, columns=2, width=16),
    "convnext": Layout(special=0, has_class=False, rows=1, columns=1, width=12),
    "convnextv2": Layout(special=0, has_class=False, rows=1, columns=1, width=12),
    "clip_vision_model": Layout(special=1, has_class=True, rows=2, columns=2, width=16),
    "swin": Layout(special=0, has_class=False, rows=4, columns=4, width=16),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_encodes(kind: str, tmp_path: Path) -> None:
    folder = model_folder(str(write_foreign_model(tmp_path / kind, kind)))
    steps = load_preprocessing(folder)
    assert layout_of(load_network(folder, steps), folder, steps) == LAYOUTS[kind]
    encoder = VitEncoder.load(folder, "cpu")
    batch = np.random.default_rng(1).uniform(-1, 1, (3, 3, steps.size, steps.size)).astype(np.float32)
    found, patches = encoder.encode(batch), encoder.patches(batch)
    layout = LAYOUTS[kind]
    assert found.embeddings.shape == (3, layout.dimension) == (3, encoder.dimension)
    assert found.logits.shape == (3, 0)
    assert found.heads == {}
    assert encoder.class_names == encoder.head_names == ()
    assert patches.shape == (3, layout.rows, layout.columns, layout.width)
    np.testing.assert_allclose(
        found.embeddings[:, -layout.width :], patches.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5
    )
    assert encoder.model_id == model_id(folder)
    assert encoder.model_id.startswith(f"{kind}-")


def test_patches_stand_where_they_are_in_the_picture(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    encoder = VitEncoder.load(folder, "cpu")
    tokens = torch.arange(5 * 16.0).reshape(1, 5, 16)

    class Last(torch.nn.Module):  # type: ignore[misc]
        def forward(self, pixel_values: torch.Tensor) -> object:
            return type("Output", (), {"last_hidden_state": tokens})()

    layout = Layout(special=1, has_class=True, rows=2, columns=2, width=16)
    embedding, patches = outputs(Last(), torch.zeros(1, 3, 16, 16), layout)
    assert patches[0, 0, 1, 0] == 2 * 16
    assert patches[0, 1, 0, 0] == 3 * 16
    assert embedding.shape == (1, encoder.dimension)


@pytest.mark.parametrize("kind", ["dinov2", "convnext", "convnextv2"])
def test_onnx_makes_the_same_numbers_and_patches(kind: str, tmp_path: Path) -> None:
    folder = write_foreign_model(tmp_path / kind, kind)
    steps = load_preprocessing(folder)
    cached_graph(
        tmp_path / "cache", graph_name(folder, Precision.FLOAT32), lambda: export(folder, Precision.FLOAT32)
    )
    onnx = OnnxEncoder.load(folder, tmp_path / "cache", Precision.FLOAT32)
    torch_encoder = VitEncoder.load(folder, "cpu")
    assert onnx.dimension == torch_encoder.dimension
    batch = np.random.default_rng(2).uniform(-1, 1, (5, 3, steps.size, steps.size)).astype(np.float32)
    np.testing.assert_allclose(
        onnx.encode(batch).embeddings, torch_encoder.encode(batch).embeddings, rtol=1e-3, atol=1e-4
    )
    np.testing.assert_allclose(onnx.patches(batch), torch_encoder.patches(batch), rtol=1e-3, atol=1e-4)


def test_a_vit_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = write_foreign_model(tmp_path / "vit", "vit")
    (folder / "preprocessing.json").write_text('{"size": 32, "crop_fraction": 0.5}')
    with pytest.raises(ConfigError, match="takes 3 planes of 28 pixels, its preprocessing makes 3 of 32"):
        VitEncoder.load(folder, "cpu")


def test_a_kind_that_nobody_knows_is_said(tmp_path: Path) -> None:
    folder = write_foreign_model(tmp_path / "vit", "vit")
    (folder / "config.json").write_text('{"model_type": "no_such_net"}')
    with pytest.raises(ConfigError, match="no network of kind 'no_such_net'"):
        VitEncoder.load(folder, "cpu")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"model_type": "no such kind"}, r"no network of kind 'no such kind' could be read: "),
        ({"hidden_size": "x"}, r"no network of kind 'vit' could be read: .*hidden_size"),
        ({"num_attention_heads": 0}, r"no network of kind 'vit' could be read: "),
        ({"patch_size": 0}, r"no network of kind 'vit' could be read: "),
        ({"num_hidden_layers": 3}, r"model\.safetensors: 16 weights are missing, such as "),
        ({"intermediate_size": 48}, r"has shape \(.*\), config\.json asks for \(.*48"),
        (
            {"image_size": 32},
            r"has shape \(1, 5, 16\), config\.json asks for \(1, 17, 16\); both must be of one",
        ),
    ],
)
def test_a_wrong_configuration_is_told_in_one_line(
    given: dict[str, object], words: str, tmp_path: Path
) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    whole = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(whole | given))
    with pytest.raises(ConfigError, match=words) as refused:
        load_network(folder, load_preprocessing(folder))
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(str(folder))
