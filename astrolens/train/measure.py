"""What a network knows, on objects that it was not trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from astrolens.config.recipe import Recipe
from astrolens.train.composites import Kind, make_composites
from astrolens.train.network import ARTEFACT, PAIR, embed, normalised
from astrolens.train.pool import Pool
from astrolens.train.step import generator_for
from astrolens.train.views import plain_views

_BATCH = 64
_FEWEST = 10
_NEIGHBOURS = 10
_DRAWS = 300
_PROBE_C = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number with its uncertainty.

    Attributes
    ----------
    name : str
        What was measured.
    value : float
        In [0, 1].
    low, high : float
        95 % interval, by bootstrap over the pictures.
    pictures : int
        How many it rests on.
    """

    name: str
    value: float
    low: float
    high: float
    pictures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How many pictures a measurement may cost.

    Attributes
    ----------
    reference : int
        Training pictures that a class is read off from.
    held_out : int
        Held-out pictures.
    probe : bool
        Fit a linear probe too.
    """

    reference: int = 4_000
    held_out: int = 2_000
    probe: bool = True


QUICK = Effort(reference=1_000, held_out=300, probe=False)


def embed_inputs(network: Any, pool: Pool, numbers: NDArray[np.int64], recipe: Recipe) -> NDArray[np.float32]:
    """Embeddings of pictures exactly as inference prepares them.

    Parameters
    ----------
    network : transformers.ViTModel
        In any mode; there is no dropout.
    pool : Pool
        Pictures.
    numbers : ndarray of int64, shape (n,)
        Which ones.
    recipe : Recipe
        Mean and standard deviation.

    Returns
    -------
    ndarray of float32, shape (n, d)
        Not normalised.
    """
    return embed_made(
        network, [numbers[at : at + _BATCH] for at in range(0, len(numbers), _BATCH)], pool.inputs, recipe
    )


def embed_made(
    network: Any, parts: Sequence[Any], make: Callable[[Any], Any], recipe: Recipe
) -> NDArray[np.float32]:
    """Embeddings of pictures that are made part by part.

    Parameters
    ----------
    network : transformers.ViTModel
        In any mode.
    parts : sequence
        What ``make`` is called with.
    make : callable
        Returns pixels in [0, 1], shape (n, 3, size, size).
    recipe : Recipe
        Mean and standard deviation.

    Returns
    -------
    ndarray of float32, shape (n, d)
        In the order of the parts; shape (0, d) without parts.
    """
    with torch.inference_mode():
        out = [embed(network, normalised(make(part), recipe)).cpu().numpy() for part in parts]
    return np.concatenate(out) if out else np.empty((0, 2 * recipe.network.width), np.float32)


def measure(network: Any, heads: Any, pool: Pool, recipe: Recipe, effort: Effort) -> tuple[Measurement, ...]:
    """Class heads, neighbours, a linear probe, and second galaxies and faults, on held-out objects.

    Parameters
    ----------
    network : transformers.ViTModel
        What is measured.
    heads : torch.nn.ModuleDict
        Its heads.
    pool : Pool
        Pictures; those held out are measured on.
    recipe : Recipe
        Seed and shapes.
    effort : Effort
        How much it may cost.

    Returns
    -------
    tuple of Measurement
        Fewer where there are too few held-out pictures or no labels.
    """
    out: list[Measurement] = []
    for head, classes in pool.targets.classes.items():
        held = pool.held_out[classes[pool.held_out] >= 0][: effort.held_out]
        known = pool.training[classes[pool.training] >= 0]
        reference = np.random.default_rng(recipe.seed).permutation(known)[: effort.reference]
        if len(held) >= _FEWEST and len(reference) >= _FEWEST:
            made = embed_inputs(network, pool, held, recipe), embed_inputs(network, pool, reference, recipe)
            right = _class_answers(heads[head], *made, classes[reference], effort.probe)
            out += [
                _share_right(f"{head}: {name}", answer == classes[held]) for name, answer in right.items()
            ]
    held = pool.held_out[: effort.held_out]
    if len(held) >= _FEWEST and recipe.composites.share:
        out += _composites(network, heads, pool, held, recipe)
    return tuple(out)


def _class_answers(
    head: Any,
    held: NDArray[np.float32],
    reference: NDArray[np.float32],
    classes: NDArray[np.int64],
    probe: bool,
) -> dict[str, NDArray[np.int64]]:
    with torch.inference_mode():
        device = next(head.parameters()).device
        answers = {"head, accuracy": head(torch.from_numpy(held).to(device)).argmax(dim=1).cpu().numpy()}
    unit = [
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9) for rows in (held, reference)
    ]
    near = np.argsort(-(unit[0] @ unit[1].T), axis=1)[:, :_NEIGHBOURS]
    votes = np.stack([(classes[near] == kind).sum(axis=1) for kind in range(int(classes.max()) + 1)], axis=1)
    answers["10 nearest neighbours, accuracy"] = votes.argmax(axis=1)
    if probe and len(np.unique(classes)) > 1:
        centre, scale = reference.mean(axis=0), reference.std(axis=0) + 1e-6
        fitted = LogisticRegression(C=_PROBE_C, max_iter=5_000).fit((reference - centre) / scale, classes)
        answers["linear probe, accuracy"] = fitted.predict((held - centre) / scale)
    return answers


def _composites(
    network: Any, heads: Any, pool: Pool, held: NDArray[np.int64], recipe: Recipe
) -> list[Measurement]:
    """Each kind against clean, the same pictures in every kind, at the crop of inference."""
    scores: dict[str, NDArray[np.float32]] = {}
    device = next(heads.parameters()).device
    for kind in Kind:

        def made(part: tuple[int, NDArray[np.int64]], kind: Kind = kind) -> Any:
            chance = generator_for(f"measure {kind.name}", recipe.seed, part[0], device)
            pictures, base = pool.wide(part[1])
            partners, _ = pool.wide(np.roll(held, 1 + len(held) // 2)[part[0] : part[0] + len(part[1])])
            kinds = torch.full((len(part[1]),), int(kind), device=device)
            composites = make_composites(pictures, partners, base, kinds, recipe.composites, chance)
            return plain_views(composites, base, recipe.network.size)

        parts = [(at, held[at : at + _BATCH]) for at in range(0, len(held), _BATCH)]
        embeddings = torch.from_numpy(embed_made(network, parts, made, recipe)).to(device)
        with torch.inference_mode():
            for head in (PAIR, ARTEFACT):
                scores[f"{head} {kind.name}"] = heads[head](embeddings)[:, 0].cpu().numpy()
    out = []
    for kind in Kind:
        head = PAIR if kind is Kind.SECOND_GALAXY else ARTEFACT
        if kind is not Kind.CLEAN:
            name = f"{head}: {kind.name.casefold().replace('_', ' ')} against clean, AUROC"
            out.append(_auroc(name, scores[f"{head} CLEAN"], scores[f"{head} {kind.name}"]))
    return out


def _share_right(name: str, right: NDArray[np.bool_]) -> Measurement:
    chance = np.random.default_rng(0)
    draws = [float(right[chance.integers(0, len(right), len(right))].mean()) for _ in range(_DRAWS)]
    return _measured(name, float(right.mean()), draws, len(right))


def _auroc(name: str, clean: NDArray[np.float32], odd: NDArray[np.float32]) -> Measurement:
    chance = np.random.default_rng(0)
    # The same picture is clean and odd: both are drawn together.
    picks = [chance.integers(0, len(clean), len(clean)) for _ in range(_DRAWS)]
    draws = [auroc(clean[pick], odd[pick]) for pick in picks]
    return _measured(name, auroc(clean, odd), draws, len(clean))


def auroc(clean: NDArray[np.float32], odd: NDArray[np.float32]) -> float:
    """Chance that an odd picture scores higher than a clean one; equal scores count half.

    Parameters
    ----------
    clean, odd : ndarray of float32, shapes (n,) and (m,)
        Scores; neither empty.

    Returns
    -------
    float
        In [0, 1]; 0.5 is chance.
    """
    ordered = np.sort(clean)
    below = np.searchsorted(ordered, odd, "left") + np.searchsorted(ordered, odd, "right")
    return float(below.mean() / (2 * len(clean)))


def _measured(name: str, value: float, draws: list[float], pictures: int) -> Measurement:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Measurement(name=name, value=value, low=float(low), high=float(high), pictures=pictures)
