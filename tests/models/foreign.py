"""Folders as other people's models have them: a network of transformers, its image processor's steps, no heads."""

import json
from pathlib import Path
from typing import Any

STEPS = {
    "do_center_crop": True, "crop_size": {"height": 28, "width": 28}, "size": {"shortest_edge": 32}, "resample": 3,
    "do_normalize": True, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
}  # fmt: skip
KINDS = ("dinov2", "dinov2_with_registers", "vit", "convnext", "convnextv2", "swin", "clip_vision_model")


def write_foreign_model(folder: Path, kind: str, seed: int = 0) -> Path:
    """Write a random network of that kind for 28 px (32 px for swin and convnext)."""
    import torch
    from transformers import AutoConfig, AutoModel

    torch.manual_seed(seed)
    small: dict[str, Any] = {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "initializer_range": 0.3,
    }
    sizes: dict[str, dict[str, Any]] = {
        "dinov2": small | {"image_size": 28, "patch_size": 14, "mlp_ratio": 2},
        "dinov2_with_registers": small | {"image_size": 28, "patch_size": 14, "mlp_ratio": 2},
        "vit": small | {"image_size": 28, "patch_size": 14, "intermediate_size": 32},
        "convnext": {"hidden_sizes": [4, 8, 8, 12], "depths": [1, 1, 1, 1]},
        "convnextv2": {"hidden_sizes": [4, 8, 8, 12], "depths": [1, 1, 1, 1]},
        "clip_vision_model": small | {"image_size": 28, "patch_size": 14, "intermediate_size": 32},
        "swin": {"image_size": 32, "patch_size": 4, "embed_dim": 8, "depths": [1, 1], "num_heads": [1, 2], "window_size": 4},
    }  # fmt: skip
    network = AutoModel.from_config(AutoConfig.for_model(kind, **sizes[kind]))
    network.save_pretrained(folder)
    side = 28 if kind.startswith(("dino", "vit", "clip")) else 32
    steps = STEPS | {"crop_size": {"height": side, "width": side}, "size": {"shortest_edge": side + 4}}
    (folder / "preprocessor_config.json").write_text(json.dumps(steps))
    return folder
