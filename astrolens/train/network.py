"""The network in training: a ViT, the layers that two views are compared by, and linear heads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch.nn import functional
from transformers import ViTConfig, ViTModel
from transformers.utils import logging as transformers_logging

from astrolens.config.recipe import NetworkRecipe, Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.folder import CONFIG, WEIGHTS, read_json
from astrolens.train.composites import Kind
from astrolens.train.pool import Targets

COMPOSITE = "composite"
PAIR = "pair"
ARTEFACT = "artefact"
_POSITIONS = "embeddings.position_embeddings"
_NEVER_DECAY = ("cls_token", "position_embeddings")
_SHAPE = {
    "image_size": "size",
    "patch_size": "patch",
    "hidden_size": "width",
    "num_hidden_layers": "depth",
    "num_attention_heads": "heads",
    "intermediate_size": "feed_forward",
}


def build_vit(recipe: NetworkRecipe) -> Any:
    """An untrained ViT without pooling layer or dropout.

    Parameters
    ----------
    recipe : NetworkRecipe
        Its shape.

    Returns
    -------
    transformers.ViTModel
        Random weights, from torch's own generator.
    """
    shape = {theirs: getattr(recipe, ours) for theirs, ours in _SHAPE.items()}
    config = ViTConfig(**shape, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    return ViTModel(config, add_pooling_layer=False)


def build_student(recipe: Recipe, targets: Targets) -> Any:
    """Network, projection and heads, seeded.

    Parameters
    ----------
    recipe : Recipe
        Shapes and seed.
    targets : Targets
        Which heads the labels call for.

    Returns
    -------
    torch.nn.ModuleDict
        ``network``, ``projection`` and ``heads``; the same numbers for the same seed, on the CPU.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        width = 2 * recipe.network.width
        outputs = {head: len(names) for head, names in targets.class_names.items()}
        outputs |= dict.fromkeys(targets.numbers, 1)
        outputs |= {COMPOSITE: len(Kind), PAIR: 1, ARTEFACT: 1}
        return torch.nn.ModuleDict(
            {
                "network": build_vit(recipe.network),
                "projection": torch.nn.Sequential(
                    torch.nn.Linear(width, recipe.training.projection_hidden),
                    torch.nn.GELU(),
                    torch.nn.Linear(recipe.training.projection_hidden, recipe.training.projection),
                ),
                "heads": torch.nn.ModuleDict(
                    {name: torch.nn.Linear(width, size) for name, size in outputs.items()}
                ),
            }
        )


def embed(network: Any, pixels: Any) -> Any:
    """Embedding as `astrolens.models.vit.VitEncoder` makes it.

    Parameters
    ----------
    network : transformers.ViTModel
        Any device.
    pixels : Tensor, shape (n, 3, size, size)
        Mean taken off, divided by the standard deviation.

    Returns
    -------
    Tensor, shape (n, 2 width)
        Class token, then the mean of the patch tokens.
    """
    tokens = network(pixel_values=pixels).last_hidden_state  # (image, 1 + patch, width)
    return torch.cat([tokens[:, 0], tokens[:, 1:].mean(dim=1)], dim=1)


def normalised(pixels: Any, recipe: Recipe) -> Any:
    """Take the mean off and divide by the standard deviation.

    Parameters
    ----------
    pixels : Tensor of float32, shape (n, 3, h, w)
        In [0, 1].
    recipe : Recipe
        Gives both.

    Returns
    -------
    Tensor of float32, shape (n, 3, h, w)
        What the network takes.
    """
    steps = recipe.preprocessing
    mean = torch.tensor(steps.mean, device=pixels.device)[None, :, None, None]
    std = torch.tensor(steps.std, device=pixels.device)[None, :, None, None]
    return (pixels - mean) / std


def start_from(network: Any, folder: Path, recipe: NetworkRecipe) -> None:
    """Take the weights of a trained model; another size of input stretches its positions.

    Parameters
    ----------
    network : transformers.ViTModel
        Changed in place.
    folder : Path
        Holds config.json and model.safetensors.
    recipe : NetworkRecipe
        Shape of ``network``.

    Raises
    ------
    ConfigError
        If a file is missing or damaged, or the shapes differ in more than the size of the input.
    """
    config = read_json(folder / CONFIG)
    for theirs, ours in _SHAPE.items():
        if theirs != "image_size" and config.get(theirs) != getattr(recipe, ours):
            raise ConfigError(
                f"--start {folder}: its {theirs} is {config.get(theirs)}, the recipe's network.{ours} is "
                f"{getattr(recipe, ours)}; make them equal"
            )
    with quiet_transformers():
        try:
            # Names on disk differ between versions of transformers; only its own reader knows them all.
            trained, report = ViTModel.from_pretrained(
                str(folder), add_pooling_layer=False, dtype=torch.float32, local_files_only=True,
                output_loading_info=True, use_safetensors=True,
            )  # fmt: skip
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise ConfigError(f"--start {folder / WEIGHTS}: {error}") from error
    if report["missing_keys"] or report["mismatched_keys"]:
        missing = sorted(map(str, [*report["missing_keys"], *report["mismatched_keys"]]))
        raise ConfigError(
            f"--start {folder / WEIGHTS}: {len(missing)} weights are missing, such as {missing[0]}"
        )
    weights = trained.state_dict()
    wanted = network.state_dict()
    weights[_POSITIONS] = stretched(weights[_POSITIONS], wanted[_POSITIONS].shape[1])
    network.load_state_dict({name: weights[name] for name in wanted})


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep the library from drawing bars of its own.

    Yields
    ------
    None
        Without bars.
    """
    drew = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if drew:
            transformers_logging.enable_progress_bar()


def decay_groups(student: Any, weight_decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases, norms, tokens and positions do not.

    Parameters
    ----------
    student : torch.nn.ModuleDict
        All that is trained.
    weight_decay : float
        For the matrices.

    Returns
    -------
    list of dict
        Parameter groups for an optimiser.
    """
    matrices: list[Any] = []
    others: list[Any] = []
    for name, value in student.named_parameters():
        decays = value.ndim >= 2 and not name.endswith(_NEVER_DECAY)
        (matrices if decays else others).append(value)
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def parameters_of(network: Any) -> int:
    """Number of weights.

    Parameters
    ----------
    network : torch.nn.Module
        Any.

    Returns
    -------
    int
        All of them.
    """
    return sum(value.numel() for value in network.parameters())


def weights_of(modules: Any) -> Mapping[str, Any]:
    """A copy of all weights on the CPU.

    Parameters
    ----------
    modules : torch.nn.Module
        Any.

    Returns
    -------
    Mapping of str to Tensor
        By name.
    """
    return {name: value.detach().cpu().clone() for name, value in modules.state_dict().items()}


def stretched(positions: Any, wanted: int) -> Any:
    """Positions of another number of patches, by cubic interpolation of their square.

    Parameters
    ----------
    positions : Tensor, shape (1, 1 + old, width)
        The first belongs to the class token and stays.
    wanted : int
        How many are wanted, the class token's included.

    Returns
    -------
    Tensor, shape (1, wanted, width)
        In the order of the patches.
    """
    if positions.shape[1] == wanted:
        return positions
    old, new = round((positions.shape[1] - 1) ** 0.5), round((wanted - 1) ** 0.5)
    square = positions[:, 1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)
    square = functional.interpolate(square, size=(new, new), mode="bicubic", align_corners=False)
    return torch.cat([positions[:, :1], square.permute(0, 2, 3, 1).reshape(1, new * new, -1)], dim=1)
