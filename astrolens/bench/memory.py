"""Benchmark: does memory stay flat over very many pictures."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.bench.journey import open_journey
from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import Progress, measure_files, shipped_encoder
from astrolens.bench.sets import LabelledSet
from astrolens.bench.threads import one_thread
from astrolens.config.settings import Settings
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.clock import utc_now
from astrolens.models.encoder import Encoder

_READINGS = 60
_SETTLED = 0.2
_MOST_KNOWN = 500


def bench_memory(
    pictures: LabelledSet, settings: Settings, *, images: int, processes: int, progress: Progress
) -> dict[str, Any]:
    """Take pictures through decode, network and judge, and watch the memory of parent and child.

    Parameters
    ----------
    pictures : LabelledSet
        Its reference calibrates; its files are gone through again and again.
    settings : Settings
        As shipped.
    images : int
        How many in all.
    processes : int
        Decoding processes for the calibration; what is watched runs in one.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        JSON-able; slopes in MB per 1,000 pictures after the first fifth, with 95 % intervals.
    """
    facts = machine_facts()
    encoder = shipped_encoder(settings)
    known = pictures.reference[:_MOST_KNOWN]
    measured = measure_files(
        [*known, *pictures.normal], encoder, settings, processes=processes, progress=progress
    )
    sample = [a for path in known if (a := measured[path].analysis) is not None]
    judge = fit_judge(sample, source=pictures.name, settings=settings.detect, made_at=utc_now())
    usable = [path for path, one in measured.items() if one.analysis is not None]
    del measured, sample
    with one_thread():
        seen, parent, child = asyncio.run(_watched(usable, encoder, judge, settings, images, progress))
    return {
        "bench": "memory",
        "encoder": encoder.model_id,
        "machine": facts,
        "set": pictures.name,
        "images": int(seen[-1]),
        "different_images": len(usable),
        "parent": _flatness(seen, parent),
        "child": _flatness(seen, child),
    }


async def _watched(
    files: Sequence[Path],
    encoder: Encoder,
    judge: Judge,
    settings: Settings,
    images: int,
    progress: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    batch = settings.analyse.batch
    step = max(batch, images // _READINGS)
    seen, parent, child = [], [], []
    done = 0
    async with open_journey(encoder, judge, settings) as journey:
        while done < images:
            some = [files[(done + place) % len(files)] for place in range(min(step, images - done))]
            cost, _ = await journey.take(some, at_once=batch)
            done += len(some)
            seen.append(float(done))
            parent.append(cost.parent_mb)
            child.append(cost.child_mb)
            progress("watched", done, images)
    return np.array(seen), np.array(parent), np.array(child)


def _flatness(seen: NDArray[np.float64], held: NDArray[np.float64]) -> dict[str, Any]:
    from scipy.stats import theilslopes

    settled = seen > _SETTLED * seen[-1]
    slope, _, low, high = theilslopes(held[settled], seen[settled] / 1000.0)
    return {
        "first_mb": round(float(held[0]), 1),
        "last_mb": round(float(held[-1]), 1),
        "most_mb": round(float(held.max()), 1),
        "slope_mb_per_1000": round(float(slope), 3),
        "slope_95": [round(float(low), 3), round(float(high), 3)],
    }
