"""Benchmark: does the measured rate of false alarms keep to the budget, also when the calibration is not clean."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from astrolens.bench.budget import held_out_p_values
from astrolens.bench.looking import p_values_after_labels
from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import Progress, measure_files, shipped_encoder
from astrolens.bench.sets import LabelledSet, SetName, read_set
from astrolens.bench.sky import paint_sky
from astrolens.bench.threads import one_thread
from astrolens.config.settings import DetectSettings, Settings
from astrolens.domain.analysis import Analysis
from astrolens.domain.errors import BadData
from astrolens.models.encoder import Encoder
from astrolens.pipeline.framing import framed

CONTAMINATION = (0.01, 0.03, 0.05)
LABELS = (50, 100)
FEWEST_NORMALS = 80
_ODD_SHARE = 0.05
_SEVERAL = (SetName.GZ1, SetName.EFIGI)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalSource:
    """Normals of one source that no encoder was trained on, and oddities to spoil a calibration with.

    Attributes
    ----------
    name : str
        The source.
    encoder : str
        What measured it, with the crop that suits.
    normals, odd : tuple of Analysis
        Measured.
    """

    name: str
    encoder: str
    normals: tuple[Analysis, ...]
    odd: tuple[Analysis, ...]


def labelled_sources(folders: Sequence[Path]) -> list[LabelledSet]:
    """Sets that the named folders hold.

    Parameters
    ----------
    folders : sequence of Path
        Each one set, or the folder of several (then gz1 and efigi of it).

    Returns
    -------
    list of LabelledSet
        In order.

    Raises
    ------
    BadData
        As `read_set`.
    """
    found: list[LabelledSet] = []
    for folder in folders:
        inside = [name for name in _SEVERAL if (folder / name.value).is_dir()]
        found += [read_set(folder, name) for name in inside] or [read_set(folder)]
    return found


def bench_calibration(
    sets: Sequence[LabelledSet],
    settings: Settings,
    *,
    seed: int,
    splits: int,
    simulated: int,
    processes: int,
    progress: Progress,
    labels: Sequence[int] = LABELS,
) -> dict[str, Any]:
    """Measure realised against nominal false-alarm rates.

    Parameters
    ----------
    sets : sequence of LabelledSet
        Only their test rows are used: the encoder may have seen the others.
    settings : Settings
        As shipped.
    seed : int
        Of splits, bootstrap and simulated sky.
    splits : int
        Random splits of clean calibrations; contaminated ones take a quarter.
    simulated : int
        Normals of a simulated sky as one more source; 0: none.
    processes : int
        Decoding processes.
    progress : Callable
        Told what is done, how many, of how many.
    labels : sequence of int
        How many of the oddest of a contaminated sample a person looks at; for each number a calibration without
        the oddities found. Empty: none.

    Returns
    -------
    dict
        JSON-able.

    Raises
    ------
    BadData
        If a source has too few usable normals.
    """
    facts = machine_facts()
    encoder = shipped_encoder(settings)
    with tempfile.TemporaryDirectory(prefix="astrolens-bench-") as folder:
        asked = list(sets)
        if simulated:
            progress("painting the simulated sky", 0, simulated)
            odd = max(1, round(_ODD_SHARE * simulated))
            asked.append(paint_sky(Path(folder), reference=0, normal=simulated, odd=odd, seed=seed))
        sources = [_measured(one, encoder, settings, processes=processes, progress=progress) for one in asked]
    return {
        "bench": "calibration",
        "seed": seed,
        "encoder": encoder.model_id,
        "machine": facts,
        "sources": {
            one.name: {"encoder": one.encoder}
            | judge_source(one, settings.detect, seed=seed, splits=splits, progress=progress, labels=labels)
            for one in sources
        },
    }


def _measured(
    one: LabelledSet, encoder: Encoder, settings: Settings, *, processes: int, progress: Progress
) -> NormalSource:
    """Measure a set with the crop that a daemon finds for its normals."""
    suited = asyncio.run(framed(encoder, one.normal, settings, processes=processes))
    files = list(dict.fromkeys((*one.normal, *one.odd)))
    measured = measure_files(files, suited, settings, processes=processes, progress=progress)
    return NormalSource(
        name=one.name,
        encoder=suited.model_id,
        normals=tuple(a for path in one.normal if (a := measured[path].analysis) is not None),
        odd=tuple(a for path in one.odd if (a := measured[path].analysis) is not None),
    )


def judge_source(
    source: NormalSource,
    settings: DetectSettings,
    *,
    seed: int,
    splits: int,
    progress: Progress,
    labels: Sequence[int] = LABELS,
) -> dict[str, Any]:
    """Measure one source, clean and contaminated.

    Parameters
    ----------
    source : NormalSource
        At least 80 normals.
    settings : DetectSettings
        As shipped.
    seed : int
        Of splits and bootstrap.
    splits : int
        Random splits of clean calibrations.
    progress : Callable
        Told what is done, how many, of how many.
    labels : sequence of int
        As for `bench_calibration`.

    Returns
    -------
    dict
        JSON-able; a contaminated calibration has one more entry ``after_labels``, by the number of labels.

    Raises
    ------
    BadData
        If there are too few normals.
    """
    if len(source.normals) < FEWEST_NORMALS:
        raise BadData(
            f"{source.name}: {len(source.normals)} usable normals; at least {FEWEST_NORMALS} are needed"
        )
    half = len(source.normals) // 2
    out: dict[str, Any] = {"normals": len(source.normals), "odd": len(source.odd), "contaminated": {}}
    with one_thread():  # many small fits: more threads spend their time on waiting
        out["clean"] = held_out_p_values(
            source.normals, source.odd, settings, splits=splits, contamination=0.0, seed=seed,
            progress=partial(_tell, progress, f"{source.name}, clean: splits", splits),
        ).as_json(seed=seed)  # fmt: skip
        for share in CONTAMINATION:
            fits = 1 <= round(share * half) <= len(source.odd)
            done = _contaminated(source, settings, share, labels, seed, splits, progress) if fits else None
            out["contaminated"][f"{share:g}"] = done
    return out


def _contaminated(
    source: NormalSource,
    settings: DetectSettings,
    share: float,
    labels: Sequence[int],
    seed: int,
    splits: int,
    progress: Progress,
) -> dict[str, Any]:
    """One share of oddities, without labels and with each number of them, on the same splits."""
    count = max(2, splits // 4)
    wanted = list(dict.fromkeys(number for number in labels if number > 0))
    none, *some = p_values_after_labels(
        source.normals, source.odd, settings, labels=[0, *wanted], splits=count, contamination=share, seed=seed,
        progress=partial(_tell, progress, f"{source.name}, {share:.0%} contaminated: splits", count),
    )  # fmt: skip
    after = {f"{one.labels}": one.as_json(seed=seed) for one in some}
    return none.splits.as_json(seed=seed) | {"after_labels": after}


def _tell(progress: Progress, words: str, every: int, done: int) -> None:
    progress(words, done, every)
