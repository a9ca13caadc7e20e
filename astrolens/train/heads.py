"""Heads from labels: an encoder, copied, with linear heads on its frozen embedding."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from astrolens.config.head_recipe import HeadsRecipe
from astrolens.domain.errors import ConfigError
from astrolens.models.folder import (
    CONFIG,
    HEAD_MEANINGS,
    HEADS,
    PREPROCESSING,
    PREPROCESSOR,
    WEIGHTS,
    HeadMeanings,
    load_head_meanings,
    model_id,
    read_json,
)
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.train.files import write_whole
from astrolens.train.head_card import CARD, HeadsOutcome, with_section
from astrolens.train.head_fit import FittedHead, Weights, draw_ordinary, fit_classes, fit_head
from astrolens.train.material import HeadJob, Material, gather
from astrolens.train.pack import Progress
from astrolens.train.parquet import is_parquet
from astrolens.train.rows import DataSet

_CARRIED = (CONFIG, WEIGHTS, HEAD_MEANINGS, PREPROCESSING, PREPROCESSOR)


def train_heads(recipe: HeadsRecipe, job: HeadJob, progress: Progress) -> HeadsOutcome:
    """Copy an encoder and fit its heads to labels; the network and the other heads stay as they are.

    The word of ``precision.json`` is not carried over: that int8 finds as much was measured with other heads.

    Parameters
    ----------
    recipe : HeadsRecipe
        Which heads, from what.
    job : HeadJob
        Where everything lies.
    progress : callable
        Told what is done, how far, and of how much.

    Returns
    -------
    HeadsOutcome
        What was done.

    Raises
    ------
    ConfigError
        If the folder to write is in use, the encoder lacks a head that the recipe names, or data or labels are missing or damaged.
    BadData
        If a label, group or class has too few pictures.
    """
    if job.out.exists() and (not job.out.is_dir() or any(job.out.iterdir())):
        raise ConfigError(f"--out {job.out}: is not empty; choose another folder")
    if recipe.heads and job.labels is None:
        raise ConfigError(f"--labels: the heads {', '.join(recipe.heads)} need a file of labels")
    meanings = _meanings(job, recipe)
    known = _known(job.source, meanings, recipe)
    encoder = OnnxEncoder.load(job.source, job.cache, Precision.FLOAT32, threads=1)
    own = encoder.preprocessing.crop_fraction
    if recipe.crop_fraction is not None and abs(recipe.crop_fraction - own) > 1e-6:
        raise ConfigError(
            f"crop_fraction is {recipe.crop_fraction} in the recipe and {own} in {job.source}; the sets' fractions do not fit this encoder"
        )
    material, found = gather(encoder, recipe, job, progress)
    with _one_thread():
        fitted = _fitted(recipe, material, known, progress)
        classes = _classes(recipe, material, found)
    fitted |= {name: head for name, (head, _) in classes.items()}
    return _write(recipe, job, material, fitted, _new_meanings(meanings, recipe, classes))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Hold linear algebra at one thread: sums then come in one order, and fits do not wait for threads on a busy machine."""
    import_module("scipy.linalg")  # loaded first, or it would not be held
    with import_module("threadpoolctl").threadpool_limits(limits=1):
        yield


def _fitted(
    recipe: HeadsRecipe, material: Material, known: Mapping[str, Weights], progress: Progress
) -> dict[str, FittedHead]:
    groups = {
        name: draw_ordinary(name, group, material, known, recipe.seed)
        for name, group in recipe.ordinary.items()
    }
    fitted: dict[str, FittedHead] = {}
    for done, (name, head) in enumerate(recipe.heads.items(), start=1):
        fitted[name] = fit_head(name, head, recipe, material, known, groups)
        progress("fitting heads", done, len(recipe.heads))
    return fitted


def _meanings(job: HeadJob, recipe: HeadsRecipe) -> HeadMeanings:
    source = job.source
    meanings = load_head_meanings(source)
    given = {path.stem if is_parquet(path) else path.resolve().name for path in job.data}
    if meanings.class_head in recipe.heads:
        raise ConfigError(f"{source}: {meanings.class_head!r} is its class head; call the new one otherwise")
    if not meanings.class_head and not any(
        data.classes for name, data in recipe.data.items() if name in given
    ):
        raise ConfigError(
            f"{source}: has no class head, which an encoder with heads needs; let recipe and --data give it classes"
        )
    return meanings


def _known(source: Path, meanings: HeadMeanings, recipe: HeadsRecipe) -> dict[str, Weights]:
    """Heads of the encoder that the recipe builds on."""
    wanted = {name for head in recipe.heads.values() for name in head.plus}
    wanted |= {name for group in recipe.ordinary.values() for name in group.below}
    if lost := sorted(wanted - set(meanings.number_heads)):
        raise ConfigError(
            f"{source}: has no head {lost[0]!r}, which the recipe names; it has {', '.join(meanings.number_heads) or 'none'}"
        )
    stored = _stored(source)
    return {name: (stored[f"{name}.weight"], stored[f"{name}.bias"]) for name in wanted}


def _stored(source: Path) -> dict[str, NDArray[np.float32]]:
    path = source / HEADS
    if not path.is_file():
        return {}
    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _classes(
    recipe: HeadsRecipe, material: Material, found: Sequence[DataSet]
) -> dict[str, tuple[FittedHead, tuple[str, ...]]]:
    """The class head, where the set with its labels was given."""
    out = {}
    for place, data in enumerate(found):
        how = recipe.data.get(data.name)
        for name, column in (how.classes if how else {}).items():
            out[name] = fit_classes(name, column, recipe, material, material.given == place)
    return out


def _new_meanings(
    meanings: HeadMeanings, recipe: HeadsRecipe, classes: dict[str, tuple[FittedHead, tuple[str, ...]]]
) -> HeadMeanings:
    heads = tuple(dict.fromkeys([*meanings.number_heads, *recipe.heads]))
    class_head, class_names = meanings.class_head, meanings.class_names
    for name, (_, names) in classes.items():
        class_head, class_names = name, names
    return HeadMeanings(class_head=class_head, class_names=class_names, number_heads=heads)


def _write(
    recipe: HeadsRecipe,
    job: HeadJob,
    material: Material,
    fitted: dict[str, FittedHead],
    meanings: HeadMeanings,
) -> HeadsOutcome:
    """The whole folder beside its place, then to its place in one step."""
    place = job.out.absolute()
    scratch = place.with_name(f".{place.name}.partial")
    partial = scratch / place.name
    if scratch.exists():
        shutil.rmtree(scratch)
    partial.mkdir(parents=True)
    try:
        for name in _CARRIED:
            if (job.source / name).is_file():
                write_whole(partial / name, (job.source / name).read_bytes())
        weights = _stored(job.source)
        for name, head in fitted.items():
            weights |= {f"{name}.weight": head.weight, f"{name}.bias": head.bias}
        write_whole(
            partial / HEADS, save({name: np.ascontiguousarray(weights[name]) for name in sorted(weights)})
        )
        said = read_json(job.source / HEAD_MEANINGS) if (job.source / HEAD_MEANINGS).is_file() else {}
        said |= {
            "class_head": meanings.class_head, "class_names": list(meanings.class_names),
            "number_heads": list(meanings.number_heads),
        }  # fmt: skip
        write_whole(partial / HEAD_MEANINGS, (json.dumps(said, indent=2) + "\n").encode())
        outcome = HeadsOutcome(
            model_id=model_id(partial),
            former_id=model_id(job.source),
            pictures=len(material.rows),
            left_out=material.left_out,
            labels_left_out=material.labels_left_out,
            fitted_on={name: head.pictures for name, head in fitted.items()},
            measured=tuple(one for head in fitted.values() for one in head.measured),
        )
        card = job.source / CARD
        former = (
            card.read_text(encoding="utf-8")
            if card.is_file()
            else f"# {outcome.former_id.rpartition('-')[0]}\n"
        )
        write_whole(partial / CARD, with_section(former, recipe, job, outcome).encode())
        partial.replace(place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return outcome
