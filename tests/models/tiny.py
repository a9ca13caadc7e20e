"""A ViT of a few thousand weights, seeded, for tests that need any encoder at all."""

import json
from pathlib import Path

SIZE = 16
DIMENSION = 32
CLASS_NAMES = ("round", "disk")


def write_tiny_model(folder: Path, seed: int = 0) -> Path:
    """Write a whole model folder: 16 px input, 32 numbers, two classes, one further head ``pair``."""
    import torch
    from safetensors.torch import save_file
    from transformers import ViTConfig, ViTModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=SIZE,
        patch_size=8,
        initializer_range=0.3,
    )
    ViTModel(config, add_pooling_layer=False).save_pretrained(folder)
    heads = {
        "shape.weight": torch.randn(2, DIMENSION),
        "shape.bias": torch.randn(2),
        "pair.weight": torch.randn(1, DIMENSION),
        "pair.bias": torch.randn(1),
    }
    save_file(heads, folder / "heads.safetensors")
    meanings = {"class_head": "shape", "class_names": list(CLASS_NAMES), "number_heads": ["pair"]}
    (folder / "heads.json").write_text(json.dumps(meanings))
    steps = {"name": f"tiny{seed}", "size": SIZE, "crop_fraction": 0.5}
    (folder / "preprocessing.json").write_text(json.dumps(steps))
    return folder
