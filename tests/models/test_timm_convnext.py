"""A folder as timm writes it gives the numbers of the same network of transformers."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import model_folder, model_id
from astrolens.models.network import load_network
from astrolens.models.preprocessing import Preprocessing, Resampling, load_preprocessing
from astrolens.models.vit import VitEncoder

_STEPS = {
    "input_size": [3, 32, 32], "interpolation": "bicubic", "crop_pct": 0.875, "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4],
}  # fmt: skip
_BACK = (
    (r"^embeddings\.patch_embeddings", "stem.0"),
    (r"^embeddings\.layernorm", "stem.1"),
    (r"^layernorm", "head.norm"),
    (r"downsampling_layer", "downsample"),
    (r"^encoder\.", ""),
    (r"\.layers\.", ".blocks."),
    (r"dwconv", "conv_dw"),
    (r"pwconv1", "mlp.fc1"),
    (r"pwconv2", "mlp.fc2"),
    (r"layer_scale_parameter", "gamma"),
    (r"\.layernorm", ".norm"),
)


def _write(folder: Path, *, as_convolutions: bool = True) -> torch.nn.Module:
    """Random ConvNeXt under the names of timm, and the network itself."""
    from transformers import ConvNextConfig, ConvNextModel

    torch.manual_seed(3)
    network = ConvNextModel(ConvNextConfig(hidden_sizes=[4, 8, 8, 12], depths=[1, 2, 1, 1])).eval()
    weights = {}
    for name, value in network.state_dict().items():
        value = value + 0.3 * torch.randn_like(value)
        network.state_dict()[name].copy_(value)
        for pattern, new in _BACK:
            name = re.sub(pattern, new, name)
        if as_convolutions and re.search(r"fc\d\.weight$", name):
            value = value[:, :, None, None]
        weights[name] = value.contiguous()
    folder.mkdir()
    save_file(weights, folder / "model.safetensors")
    config = {"architecture": "convnext_nano", "num_classes": 0, "pretrained_cfg": _STEPS}
    (folder / "config.json").write_text(json.dumps(config))
    return network


@pytest.mark.parametrize("as_convolutions", [True, False])
def test_it_makes_the_numbers_of_the_same_network(tmp_path: Path, as_convolutions: bool) -> None:
    network = _write(tmp_path / "zoobot", as_convolutions=as_convolutions)
    folder = model_folder(str(tmp_path / "zoobot"))
    encoder = VitEncoder.load(folder, "cpu")
    batch = np.random.default_rng(0).normal(size=(3, 3, 32, 32)).astype(np.float32)
    with torch.inference_mode():
        last = network(torch.from_numpy(batch)).last_hidden_state
    np.testing.assert_allclose(
        encoder.encode(batch).embeddings, last.mean(dim=(2, 3)).numpy(), rtol=1e-4, atol=1e-5
    )
    assert encoder.dimension == 12
    assert model_id(folder).startswith("zoobot-")


def test_its_steps_are_those_of_timm(tmp_path: Path) -> None:
    _write(tmp_path / "zoobot")
    assert load_preprocessing(tmp_path / "zoobot") == Preprocessing(
        size=32, crop_fraction=0.875, resampling=Resampling.BICUBIC, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4)
    )


@pytest.mark.parametrize(
    ("architecture", "words"), [("efficientnet_b0", "only ConvNeXt"), ("convnextv2_nano", "only ConvNeXt")]
)
def test_other_networks_of_timm_are_refused(tmp_path: Path, architecture: str, words: str) -> None:
    _write(tmp_path / "zoobot")
    config = {"architecture": architecture, "pretrained_cfg": _STEPS}
    (tmp_path / "zoobot" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ConfigError, match=words):
        load_network(tmp_path / "zoobot", load_preprocessing(tmp_path / "zoobot"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "zoobot"
    _write(folder)
    from safetensors.torch import load_file

    weights = load_file(folder / "model.safetensors")
    save_file({k: v for k, v in weights.items() if "gamma" not in k}, folder / "model.safetensors")
    with pytest.raises(ConfigError, match="5 weights are missing"):
        load_network(folder, load_preprocessing(folder))
    save_file({"x": torch.zeros(1)}, folder / "model.safetensors")
    with pytest.raises(ConfigError, match="stem"):
        load_network(folder, load_preprocessing(folder))
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="written as safetensors first"):
        model_folder(str(folder))
