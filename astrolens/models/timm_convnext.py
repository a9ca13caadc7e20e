"""ConvNeXt as timm stores it, which is how Zoobot's encoders are published, read into the network of transformers."""

import re
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import WEIGHTS

_NAMES = (
    (r"^stem\.0\.", "embeddings.patch_embeddings."),
    (r"^stem\.1\.", "embeddings.layernorm."),
    (r"^head\.norm\.", "layernorm."),
    (r"^stages\.(\d+)\.downsample\.", r"encoder.stages.\1.downsampling_layer."),
    (r"^stages\.(\d+)\.blocks\.(\d+)\.conv_dw\.", r"encoder.stages.\1.layers.\2.dwconv."),
    (r"^stages\.(\d+)\.blocks\.(\d+)\.norm\.", r"encoder.stages.\1.layers.\2.layernorm."),
    (r"^stages\.(\d+)\.blocks\.(\d+)\.mlp\.fc1\.", r"encoder.stages.\1.layers.\2.pwconv1."),
    (r"^stages\.(\d+)\.blocks\.(\d+)\.mlp\.fc2\.", r"encoder.stages.\1.layers.\2.pwconv2."),
    (r"^stages\.(\d+)\.blocks\.(\d+)\.gamma$", r"encoder.stages.\1.layers.\2.layer_scale_parameter"),
)


def read_timm_convnext(folder: Path, architecture: str) -> Any:
    """Network with the weights of a folder of timm.

    Parameters
    ----------
    folder : Path
        Holds ``model.safetensors``; the sizes of the network are read off the weights.
    architecture : str
        What ``config.json`` calls it.

    Returns
    -------
    transformers.ConvNextModel
        In float32; its last layer is the map before timm's pooling and last norm.

    Raises
    ------
    ConfigError
        If it is no ConvNeXt with a stem of one convolution, a weight is missing, or the file is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import ConvNextConfig, ConvNextModel

    begin = f"{folder}: {architecture!r} of timm cannot be read"
    if not architecture.startswith("convnext") or architecture.startswith("convnextv2"):
        raise ConfigError(
            f"{begin}; of timm's networks only ConvNeXt can, others as a folder of transformers"
        )
    try:
        stored = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"{folder / WEIGHTS}: {error}") from error
    stem, norm = stored.get("stem.0.weight"), stored.get("stem.1.weight")
    depths = _depths(stored)
    if stem is None or norm is None or stem.ndim != 4 or norm.ndim != 1 or not depths:
        raise ConfigError(f"{begin}: its stem is not one convolution and a norm")
    weights = {_renamed(name): value.float() for name, value in stored.items() if _renamed(name)}
    widths = [stored.get(f"stages.{stage}.blocks.0.conv_dw.bias") for stage in range(len(depths))]
    config = ConvNextConfig(
        num_channels=stem.shape[1], patch_size=stem.shape[2], num_stages=len(depths), depths=depths,
        hidden_sizes=[0 if width is None else len(width) for width in widths],
    )  # fmt: skip
    network = ConvNextModel(config)
    wanted = network.state_dict()
    # timm's 1 x 1 convolutions are the linear layers of transformers
    weights = {
        name: value.reshape(wanted[name].shape) if value.ndim == 4 and value.shape[2:] == (1, 1) else value
        for name, value in weights.items()
        if name in wanted
    }
    missing = sorted(set(wanted) - set(weights) - {"layernorm.weight", "layernorm.bias"})
    if missing:
        raise ConfigError(f"{folder / WEIGHTS}: {len(missing)} weights are missing, such as {missing[0]}")
    try:
        network.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise ConfigError(f"{begin}: {' '.join(str(error).split())[:400]}") from error
    return network


def _depths(stored: dict[str, Any]) -> list[int]:
    """Blocks of each stage."""
    found: dict[int, int] = {}
    for name in stored:
        if place := re.match(r"stages\.(\d+)\.blocks\.(\d+)\.", name):
            stage, block = int(place[1]), int(place[2])
            found[stage] = max(found.get(stage, 0), block + 1)
    return [found.get(stage, 0) for stage in range(max(found, default=-1) + 1)]


def _renamed(name: str) -> str:
    """Name in transformers; "" for what it has no place for, such as a classifier."""
    for pattern, new in _NAMES:
        if re.match(pattern, name):
            return re.sub(pattern, new, name)
    return ""
