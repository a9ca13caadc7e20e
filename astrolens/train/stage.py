"""The door of training: pictures and a recipe in, an encoder's folder out."""

import copy
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

import torch

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.models.device import choose_device
from astrolens.models.folder import CONFIG, WEIGHTS
from astrolens.train import log
from astrolens.train.card import Story, write_card
from astrolens.train.checkpoint import STATE, Trainee, load_state, save_state
from astrolens.train.export import class_head_of, write_model
from astrolens.train.files import only_one
from astrolens.train.measure import QUICK, Effort, Measurement, measure
from astrolens.train.network import ARTEFACT, PAIR, build_student, decay_groups, parameters_of, start_from
from astrolens.train.pack import Progress, open_pack
from astrolens.train.pool import Pool
from astrolens.train.refit import refit_heads
from astrolens.train.rows import find_data
from astrolens.train.step import take_step

_LOGGER = logging.getLogger(__name__)
WORK = "training"
PACKS = "packs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of the verb.

    Attributes
    ----------
    data : tuple of Path
        Folders and Parquet files.
    out : Path
        Folder of the encoder.
    never : tuple of Path
        CSV files whose test rows name objects to keep away from.
    cache : Path or None
        Folder of decoded pictures; None: within ``out``.
    start : Path or None
        Folder of an encoder to begin from.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    threads : int
        Of torch on a CPU, and pictures decoded at a time.
    resume : bool
        Go on from the checkpoint in ``out`` if there is one.
    minutes : float or None
        Stop at a checkpoint after so long; a later call with ``resume`` goes on.
    """

    data: tuple[Path, ...]
    out: Path
    never: tuple[Path, ...] = ()
    cache: Path | None = None
    start: Path | None = None
    device: str = "auto"
    threads: int = 1
    resume: bool = False
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call came to.

    Attributes
    ----------
    finished : bool
        False when time was up; there is a checkpoint then, and no new encoder.
    step : int
        Steps done.
    pictures : int
        Trained on.
    held_out : int
        Measured on.
    skipped : Mapping of str to int
        Unreadable pictures by reason.
    measured : tuple of Measurement
        Empty when not finished.
    """

    finished: bool
    step: int
    pictures: int
    held_out: int
    skipped: Mapping[str, int]
    measured: tuple[Measurement, ...]


def train_encoder(recipe: Recipe, job: Job, progress: Progress) -> Outcome:
    """Train an encoder, or go on with it.

    Parameters
    ----------
    recipe : Recipe
        What it shall become.
    job : Job
        From what, where, and for how long.
    progress : callable
        Told what is done, how far, and of how much.

    Returns
    -------
    Outcome
        What was done.

    Raises
    ------
    ConfigError
        If data, device, start or checkpoint do not fit, or the loss is no number.
    """
    device = _device(job)
    work = job.out / WORK
    if not job.resume and any(
        (folder / name).exists() for folder, name in ((work, STATE), (job.out, CONFIG))
    ):
        raise ConfigError(f"--out {job.out}: holds an encoder; go on with --resume or choose another folder")
    found = find_data(job.data, recipe, job.never)
    work.mkdir(parents=True, exist_ok=True)
    with only_one(work):
        cache = job.cache or work / PACKS
        packs = [
            open_pack(data, recipe, cache, threads=job.threads, progress=progress)
            for data in found
            if data.rows
        ]
        pool = Pool(packs, recipe, device)
        class_head_of(recipe, pool.targets)
        trainee = _begin(recipe, pool, job.start, device)
        run = _run(recipe, pool, job.start)
        if job.resume and (work / STATE).exists():
            load_state(work / STATE, trainee, run)
            log.rewind(work / log.LOG, trainee.step)
        finished = _train(trainee, pool, recipe, job, run, progress)
        measured = _finish(trainee, pool, recipe, job, device, progress) if finished else ()
    skipped: dict[str, int] = {}
    for pack in packs:
        for reason, count in pack.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + count
    return Outcome(
        finished=finished,
        step=trainee.step,
        pictures=len(pool.training),
        held_out=len(pool.held_out),
        skipped=skipped,
        measured=measured,
    )


def _device(job: Job) -> Any:
    try:
        device = choose_device(job.device)
    except ConfigError as error:
        raise ConfigError(str(error).replace("analyse.device =", "--device")) from error
    if device.type == "cpu":
        torch.set_num_threads(job.threads)
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
    return device


def _begin(recipe: Recipe, pool: Pool, start: Path | None, device: Any) -> Trainee:
    student = build_student(recipe, pool.targets)
    if start is not None:
        start_from(student["network"], start, recipe.network)
    student.to(device)
    groups = decay_groups(student, recipe.training.weight_decay)
    return Trainee(
        student=student, optimiser=torch.optim.AdamW(groups, lr=recipe.training.learning_rate), mean={}
    )


def _run(recipe: Recipe, pool: Pool, start: Path | None) -> dict[str, Any]:
    """What must not change between a checkpoint and going on; how often it reports may."""
    free = {"log_every", "measure_every", "checkpoint_every"}
    content = recipe.model_dump(mode="json", exclude={"training": free})
    run = {
        f"{section}.{key}" if isinstance(values, dict) else section: value
        for section, values in content.items()
        for key, value in (values.items() if isinstance(values, dict) else ((section, values),))
    }
    run["pictures"] = len(pool)
    run["objects"] = sha256("\n".join(pool.keys).encode()).hexdigest()[:16]
    run["start"] = sha256((start / WEIGHTS).read_bytes()).hexdigest()[:16] if start else ""
    return run


def _train(
    trainee: Trainee, pool: Pool, recipe: Recipe, job: Job, run: dict[str, Any], progress: Progress
) -> bool:
    work, training = job.out / WORK, recipe.training
    began = last = time.monotonic()
    seen = trainee.step
    while trainee.step < training.steps:
        parts = take_step(trainee, pool, recipe)
        step = trainee.step
        if not isfinite(parts["loss"]):
            raise ConfigError(
                f"training.learning_rate = {training.learning_rate}: the loss is {parts['loss']} at step {step}; "
                "lower the rate and start afresh"
            )
        if step % training.log_every == 0 or step == training.steps:
            now = time.monotonic()
            pace = 2 * min(training.batch, len(pool.training)) * (step - seen) / max(1e-9, now - last)
            log.append(work / log.LOG, {"step": step, **parts, "views_per_s": round(pace, 1)})
            last, seen = now, step
        if training.measure_every and step % training.measure_every == 0 and step < training.steps:
            measured = measure(trainee.student["network"], trainee.student["heads"], pool, recipe, QUICK)
            log.append(work / log.LOG, {"step": step, "measured": [asdict(one) for one in measured]})
        up = job.minutes is not None and time.monotonic() - began > 60.0 * job.minutes
        if step % training.checkpoint_every == 0 or step == training.steps or up:
            save_state(work / STATE, trainee, run)
        progress(f"training, loss {parts['loss']:.3f}", step, training.steps)
        if up and step < training.steps:
            return False
    return True


def _finish(
    trainee: Trainee, pool: Pool, recipe: Recipe, job: Job, device: Any, progress: Progress
) -> tuple[Measurement, ...]:
    """Round the weights as they will be stored, fit the last heads, measure just that, and write it."""
    student = trainee.student
    if trainee.mean:
        student.load_state_dict(trainee.mean)
    student.eval()
    network, heads = student["network"], student["heads"]
    if recipe.precision == "float16":
        network.load_state_dict({name: value.half().float() for name, value in network.state_dict().items()})
    for name in (PAIR, ARTEFACT):
        heads[f"{name}_joint"] = copy.deepcopy(heads[name])
    if recipe.composites.refit_views:
        refit_heads(network, heads, pool, recipe, progress)
    progress("measuring", 0, 1)
    measured = measure(network, heads, pool, recipe, Effort())
    progress("measuring", 1, 1)
    story = Story(
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper(),
        steps=trainee.step,
        parameters=parameters_of(network),
        start=f"the weights of {job.start.resolve().name}" if job.start else "",
    )
    write_model(job.out, network, heads, recipe, pool.targets, write_card(recipe, pool, story, measured))
    log.append(job.out / WORK / log.LOG, {"step": trainee.step, "final": [asdict(one) for one in measured]})
    _LOGGER.info("%s: %d steps on %d pictures", job.out, trainee.step, len(pool.training))
    return measured
