"""A finished encoder as a folder that `astrolens.models.vit.VitEncoder` loads."""

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.folder import CONFIG, HEAD_MEANINGS, HEADS, PREPROCESSING, WEIGHTS
from astrolens.train.composites import Kind
from astrolens.train.files import write_whole
from astrolens.train.network import COMPOSITE, quiet_transformers, weights_of
from astrolens.train.pool import Targets

CARD = "README.md"


def class_head_of(recipe: Recipe, targets: Targets) -> tuple[str, tuple[str, ...]]:
    """Which head gives the class scores.

    Parameters
    ----------
    recipe : Recipe
        May name it.
    targets : Targets
        Class heads that the data called for.

    Returns
    -------
    tuple of (str, tuple of str)
        Head and classes: the one named, if its set is given, else the one with the most labels, else ``composite``.

    Raises
    ------
    ConfigError
        If the recipe names one that none of its sets has.
    """
    wanted = recipe.class_head
    described = {head for data in recipe.data.values() for head in data.classes}
    if wanted is not None and wanted not in described:
        raise ConfigError(
            f"class_head = {wanted!r}: no data set of the recipe has such classes; "
            f"it has {', '.join(sorted(described)) or 'none'}"
        )
    if not targets.class_names:
        return COMPOSITE, tuple(kind.name.casefold() for kind in Kind)
    if wanted not in targets.class_names:
        wanted = None
    head = wanted or max(targets.classes, key=lambda name: int(np.sum(targets.classes[name] >= 0)))
    return head, targets.class_names[head]


def write_model(folder: Path, network: Any, heads: Any, recipe: Recipe, targets: Targets, card: str) -> None:
    """Write every file of the model, each whole.

    Parameters
    ----------
    folder : Path
        Exists.
    network : transformers.ViTModel
        Without pooling layer.
    heads : torch.nn.ModuleDict
        Linear heads on the embedding.
    recipe : Recipe
        Gives name, preprocessing and precision.
    targets : Targets
        What the heads mean.
    card : str
        Text of README.md.
    """
    class_head, class_names = class_head_of(recipe, targets)
    single = [name for name, head in heads.items() if head.out_features == 1]
    steps = recipe.preprocessing
    meanings = {"class_head": class_head, "class_names": list(class_names), "number_heads": single}
    preprocessing = {
        "name": recipe.name,
        "size": recipe.network.size,
        "crop_fraction": steps.crop_fraction,
        "resampling": steps.resampling,
        "mean": list(steps.mean),
        "std": list(steps.std),
    }
    stored = copy.deepcopy(network).half() if recipe.precision == "float16" else network
    with tempfile.TemporaryDirectory(prefix="astrolens-train-") as partial, quiet_transformers():
        stored.save_pretrained(partial)
        config = json.loads((Path(partial) / CONFIG).read_text(encoding="utf-8"))
        weights = (Path(partial) / WEIGHTS).read_bytes()
    config |= {"architectures": ["ViTModel"], "dtype": "float32"}
    write_whole(folder / WEIGHTS, weights)
    write_whole(folder / HEADS, save(dict(weights_of(heads)), metadata={"format": "pt"}))
    write_whole(folder / CONFIG, _json(config))
    write_whole(folder / HEAD_MEANINGS, _json(meanings))
    write_whole(folder / PREPROCESSING, _json(preprocessing))
    write_whole(folder / CARD, card.encode())


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=False) + "\n").encode()
