"""Benchmark: CPU cost of a picture, decode to verdict, against a ViT-B/16 pass in the same minutes."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from astrolens.bench.growth import bench_growth
from astrolens.bench.journey import Journey, open_journey
from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import Progress, measure_files, shipped_encoder
from astrolens.bench.sets import LabelledSet
from astrolens.bench.stages import STAGES, middle, time_stages
from astrolens.bench.threads import one_core, one_thread
from astrolens.bench.vit_b16 import VitB16
from astrolens.config.settings import Settings
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.clock import utc_now
from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.folder import model_folder
from astrolens.models.vit import VitEncoder

FEWEST_PICTURES = 16
_WARM_UP = 2
_BATCHES = 6  # of a stretch under load
_GPU_BATCH = 256
_GPU_PASSES = 20


def bench_speed(
    pictures: LabelledSet,
    settings: Settings,
    *,
    seed: int,
    rounds: int,
    largest: int,
    processes: int,
    progress: Progress,
    all_cores: bool = False,
) -> dict[str, Any]:
    """Measure what a picture costs.

    Parameters
    ----------
    pictures : LabelledSet
        The judge is fitted on its reference, as `bench galaxies` does; its test normals are timed.
    settings : Settings
        As shipped.
    seed : int
        Of the yardstick and of stored embeddings.
    rounds : int
        Each: one batch of our pictures alone and together, one yardstick pass alone and together.
    largest : int
        Largest number of stored embeddings; 0: growth is left out.
    processes : int
        Decoding processes for the reference; what is timed runs in one.
    progress : Callable
        Told what is done, how many, of how many.
    all_cores : bool
        Let child and parent run side by side, as the daemon's do; else both, and the yardstick, take turns on one core.

    Returns
    -------
    dict
        JSON-able.

    Raises
    ------
    BadData
        If too few pictures are usable.
    """
    facts = machine_facts()
    with one_thread():
        encoder = shipped_encoder(settings)
        judge, usable = _prepared(pictures, encoder, settings, processes, progress)
        out: dict[str, Any] = {
            "bench": "speed",
            "seed": seed,
            "profile": settings.analyse.profile,
            "encoder": encoder.model_id,
            "device": encoder.device,
            "set": pictures.name,
            "judge_knows": judge.state.calibrated,
            "machine": facts,
        }
        with nullcontext(False) if all_cores else one_core() as held:
            out["on_one_core"] = held
            out |= asyncio.run(_timed(usable, encoder, judge, settings, seed, rounds, progress))
        out["gpu"] = _on_gpu(settings, encoder, seed)
        out["growth"] = bench_growth(encoder, settings, seed=seed, largest=largest, progress=progress)
    return out


def _prepared(
    pictures: LabelledSet, encoder: Encoder, settings: Settings, processes: int, progress: Progress
) -> tuple[Judge, list[Path]]:
    timed = pictures.normal[:400]
    files = [*pictures.reference, *timed]
    measured = measure_files(files, encoder, settings, processes=processes, progress=progress)
    sample = [a for path in pictures.reference if (a := measured[path].analysis) is not None]
    usable = [path for path in timed if measured[path].analysis is not None]
    if len(usable) < FEWEST_PICTURES:
        raise BadData(f"{len(usable)} usable pictures to time; at least {FEWEST_PICTURES} are needed")
    return fit_judge(sample, source=pictures.name, settings=settings.detect, made_at=utc_now()), usable


async def _timed(
    files: Sequence[Path],
    encoder: Encoder,
    judge: Judge,
    settings: Settings,
    seed: int,
    rounds: int,
    progress: Progress,
) -> dict[str, Any]:
    batch = settings.analyse.batch
    limits = DecodeLimits(megapixels=settings.download.limit_megapixels)
    yardstick = await asyncio.to_thread(VitB16, seed)
    spent: dict[str, list[float]] = {
        name: [] for name in ("alone", "load", "alone_wall", "load_wall", "vit_alone", "vit_load")
    }
    steps: dict[str, dict[str, list[float]]] = {
        name: {stage: [] for stage in STAGES} for name in ("alone", "load")
    }
    async with open_journey(encoder, judge, settings) as journey:
        for number in range(rounds + _WARM_UP):
            counts = number >= _WARM_UP
            start = (number * batch) % max(1, len(files) - batch)
            some = files[start : start + batch]
            found = await _one_round(some, _stretch(files, start, batch), journey, yardstick, batch)
            parts = {
                "load": await asyncio.to_thread(time_stages, some, encoder, judge, limits),
                "alone": await asyncio.to_thread(_alone, some, encoder, judge, limits),
            }
            if counts:
                for name, values in found.items():
                    spent[name] += values
                for name, stages in parts.items():
                    for stage, times in stages.items():
                        steps[name][stage] += times.tolist()
                progress("timed rounds", number + 1 - _WARM_UP, rounds)
    return {
        "batch_1": _summary(spent["alone"], spent["alone_wall"], spent["vit_alone"], steps["alone"]),
        f"batch_{batch}": _summary(spent["load"], spent["load_wall"], spent["vit_load"], steps["load"]),
    }


def _stretch(files: Sequence[Path], start: int, batch: int) -> list[Path]:
    """Pictures of one stretch under load, from a place on and around the end."""
    return [files[(start + number) % len(files)] for number in range(_BATCHES * batch)]


async def _one_round(
    files: Sequence[Path], many: Sequence[Path], journey: Journey, yardstick: VitB16, batch: int
) -> dict[str, list[float]]:
    vit_alone = [1e3 * await asyncio.to_thread(yardstick.run, 1) for _ in range(2)]
    costs = [(await journey.take([path], at_once=1))[0] for path in files]
    vit_load = 1e3 * await asyncio.to_thread(yardstick.run, batch) / batch
    together, _ = await journey.take(many, at_once=batch)
    return {
        "alone": [cost.cpu_ms for cost in costs],
        "alone_wall": [cost.wall_ms for cost in costs],
        "load": [together.cpu_ms],
        "load_wall": [together.wall_ms],
        "vit_alone": vit_alone,
        "vit_load": [vit_load],
    }


def _alone(files: Sequence[Path], encoder: Encoder, judge: Judge, limits: DecodeLimits) -> dict[str, Any]:
    each = [time_stages([path], encoder, judge, limits) for path in files]
    return {stage: np.concatenate([one[stage] for one in each]) for stage in STAGES}


def _summary(
    ours: list[float], wall: list[float], vit: list[float], steps: dict[str, list[float]]
) -> dict[str, Any]:
    random = np.random.default_rng(0)
    cost, yard = np.array(ours), np.array(vit)
    draws = np.median(random.choice(yard, (1000, len(yard))), axis=1) / np.median(
        random.choice(cost, (1000, len(cost))), axis=1
    )
    return {
        "cpu_ms": middle(ours),
        "wall_ms": middle(wall),
        "images_per_cpu_s": round(1e3 / float(np.median(cost)), 1),
        "vit_b16_cpu_ms": middle(vit),
        "times_cheaper": round(float(np.median(yard) / np.median(cost)), 1),
        "times_cheaper_95": [round(float(q), 1) for q in np.quantile(draws, [0.025, 0.975])],
        "stages_cpu_ms": {stage: middle(values) for stage, values in steps.items()},
        "stages_total_cpu_ms": round(sum(float(np.median(values)) for values in steps.values()), 3),
        "measured": len(ours),
    }


def _on_gpu(settings: Settings, encoder: Encoder, seed: int) -> dict[str, Any] | None:
    """Pictures a second of the network alone on an accelerator; None where there is none."""
    import time

    from astrolens.models.device import choose_device

    device = choose_device("auto")
    if device.type == "cpu":
        return None
    network = VitEncoder.load(model_folder(settings.analyse.model), device.type)
    side = encoder.preprocessing.size
    pixels = np.random.default_rng(seed).standard_normal((_GPU_BATCH, 3, side, side), np.float32)
    rates = []
    for number in range(_GPU_PASSES + 3):
        before = time.perf_counter()
        network.encode(pixels)
        if number >= 3:
            rates.append(_GPU_BATCH / (time.perf_counter() - before))
    return {"device": device.type, "batch": _GPU_BATCH, "images_per_s": middle(rates)}
