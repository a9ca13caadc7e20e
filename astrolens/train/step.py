"""One step of training; all its chance follows from seed and number, so that a resumed run is the same run."""

from hashlib import sha256
from math import cos, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from astrolens.config.recipe import Recipe, TrainingRecipe
from astrolens.train.checkpoint import Trainee
from astrolens.train.composites import Kind, draw_kinds, make_composites
from astrolens.train.loss import class_loss, nt_xent, number_loss, yes_no_loss
from astrolens.train.network import ARTEFACT, COMPOSITE, PAIR, embed, normalised
from astrolens.train.pool import Pool
from astrolens.train.views import make_views


def learning_rate(step: int, recipe: TrainingRecipe) -> float:
    """Linear rise, then a cosine.

    Parameters
    ----------
    step : int
        Steps done.
    recipe : TrainingRecipe
        Peak, rise, end and length.

    Returns
    -------
    float
        Rate of the next step.
    """
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    passed = (step - recipe.warmup_steps) / max(1, recipe.steps - recipe.warmup_steps)
    height = 0.5 * (1.0 + cos(pi * min(1.0, passed)))
    return recipe.learning_rate * (recipe.final_rate + (1.0 - recipe.final_rate) * height)


def generator_for(purpose: str, seed: int, number: int, device: Any) -> Any:
    """Chance of one purpose.

    Parameters
    ----------
    purpose : str
        What it is for.
    seed : int
        The recipe's.
    number : int
        Step or batch.
    device : torch.device
        Where it is drawn.

    Returns
    -------
    torch.Generator
        The same for the same arguments on one kind of device.
    """
    digest = sha256(f"{purpose}:{seed}:{number}".encode()).digest()
    return torch.Generator(device=device).manual_seed(int.from_bytes(digest[:7], "big"))


def batch_of(step: int, batch: int, many: int, seed: int) -> NDArray[np.int64]:
    """Places of one batch: every picture once in each pass, in an order of its own.

    Parameters
    ----------
    step : int
        Steps done.
    batch : int
        Pictures in a step; at most ``many``.
    many : int
        Pictures there are.
    seed : int
        The recipe's.

    Returns
    -------
    ndarray of int64, shape (batch,)
        In [0, many).
    """
    numbers = np.arange(step * batch, (step + 1) * batch, dtype=np.int64)
    turns = numbers // many
    out = np.empty(batch, np.int64)
    for turn in np.unique(turns):
        here = turns == turn
        out[here] = _order(seed, int(turn), many)[numbers[here] % many]
    return out


def _order(seed: int, turn: int, many: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, turn]).permutation(many)


def take_step(trainee: Trainee, pool: Pool, recipe: Recipe) -> dict[str, float]:
    """Draw a batch, look at it, follow the gradient.

    Parameters
    ----------
    trainee : Trainee
        Changed in place; its step grows by one.
    pool : Pool
        Pictures and targets.
    recipe : Recipe
        Everything else.

    Returns
    -------
    dict of str to float
        ``loss``, its parts and ``learning_rate``; NaN is possible and is the caller's to refuse.
    """
    training = recipe.training
    device = next(trainee.student.parameters()).device
    places = batch_of(trainee.step, min(training.batch, len(pool.training)), len(pool.training), recipe.seed)
    chance = generator_for("step", recipe.seed, trainee.step, device)
    rate = learning_rate(trainee.step, training)
    for group in trainee.optimiser.param_groups:
        group["lr"] = rate
    trainee.student.train()
    parts = _losses(trainee.student, pool, pool.training[places], recipe, chance)
    weights = {
        "contrast": training.contrast_weight,
        "class": training.class_weight,
        "number": training.number_weight,
        "composite": training.composite_weight,
    }
    loss: Any = sum(weights[name] * part for name, part in parts.items())
    trainee.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trainee.student.parameters(), training.clip_norm)
    trainee.optimiser.step()
    trainee.step += 1
    _follow(trainee, training.ema_decay)
    values = torch.stack([torch.as_tensor(loss), *parts.values()]).detach().float().cpu().tolist()
    return dict(zip(["loss", *parts], values, strict=True)) | {"learning_rate": rate}


def _losses(
    student: Any, pool: Pool, numbers: NDArray[np.int64], recipe: Recipe, chance: Any
) -> dict[str, Any]:
    pictures, base = pool.wide(numbers)
    size, many = recipe.network.size, len(numbers)
    views = [make_views(pictures, base, size, recipe.views, chance) for _ in range(2)]
    extra = min(many, round(recipe.composites.share * many))
    kinds = draw_kinds(extra, recipe.composites, pictures.device, chance)
    if extra:
        partners = pictures.roll(1 + int(many // 2), dims=0)[:extra]
        made = make_composites(pictures[:extra], partners, base[:extra], kinds, recipe.composites, chance)
        views.append(make_views(made, base[:extra], size, recipe.views, chance))
    pixels = normalised(torch.cat(views), recipe)
    with torch.autocast(pixels.device.type, torch.bfloat16, enabled=pixels.device.type == "cuda"):
        embeddings = embed(student["network"], pixels)  # (view, 2 width)
    embeddings = embeddings.float()
    clean, odd = embeddings[: 2 * many], embeddings[2 * many :]
    projected = student["projection"](clean)
    parts = {"contrast": nt_xent(projected[:many], projected[many:], recipe.training.temperature)}
    parts |= _label_losses(student["heads"], clean, pool, numbers)
    if extra:
        parts["composite"] = composite_loss(student["heads"], odd, kinds)
    return parts


def _label_losses(heads: Any, clean: Any, pool: Pool, numbers: NDArray[np.int64]) -> dict[str, Any]:
    targets, device = pool.targets, clean.device
    parts = {}
    if targets.classes:
        parts["class"] = sum(
            class_loss(heads[head](clean), torch.from_numpy(classes[numbers]).to(device).repeat(2))
            for head, classes in targets.classes.items()
        )
    if targets.numbers:
        parts["number"] = sum(
            number_loss(heads[head](clean), torch.from_numpy(values[numbers]).to(device).repeat(2))
            for head, values in targets.numbers.items()
        )
    return parts


def composite_loss(heads: Any, embeddings: Any, kinds: Any) -> Any:
    """Loss of the three heads that know second galaxies and faults.

    Parameters
    ----------
    heads : torch.nn.ModuleDict
        With ``composite``, ``pair`` and ``artefact``.
    embeddings : Tensor, shape (n, 2 width)
        Of composites.
    kinds : Tensor of int64, shape (n,)
        Values of `astrolens.train.composites.Kind`.

    Returns
    -------
    Tensor of float32, shape ()
        Sum of the three.
    """
    is_clean, is_pair = kinds == Kind.CLEAN, kinds == Kind.SECOND_GALAXY
    return (
        class_loss(heads[COMPOSITE](embeddings), kinds)
        + yes_no_loss(heads[PAIR](embeddings), is_pair, is_clean)
        + yes_no_loss(heads[ARTEFACT](embeddings), ~is_clean & ~is_pair, is_clean)
    )


def _follow(trainee: Trainee, decay: float) -> None:
    if not decay:
        return
    with torch.no_grad():
        now = trainee.student.state_dict()
        if not trainee.mean:
            trainee.mean = {name: value.detach().clone() for name, value in now.items()}
        # Early on the mean of few steps: without it the random start would linger.
        kept = min(decay, trainee.step / (trainee.step + 10.0))
        for name, value in now.items():
            if value.is_floating_point():
                trainee.mean[name].lerp_(value.detach(), 1.0 - kept)
