"""The quality gate: on a small sky of its own, does the product still find and still keep its budget."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.morphology import measure
from astrolens.analyse.pixels import pixel_numbers, small_planes
from astrolens.analyse.preprocess import to_network_input
from astrolens.analyse.stage import analyses_from
from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import shipped_encoder
from astrolens.bench.ranking import Resample, rank
from astrolens.bench.sets import LabelledSet
from astrolens.bench.sky import paint_sky
from astrolens.bench.threads import one_thread
from astrolens.config.settings import DetectSettings, Settings
from astrolens.detect.stage import fit_judge
from astrolens.domain.analysis import Analysis, Morphology
from astrolens.domain.clock import utc_now
from astrolens.domain.image import Image
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Preprocessing

Prepare = Callable[[Image, Preprocessing], NDArray[np.float32]]
LARGEST_FALL = 0.03
BUDGETS_PER_1000 = (20.0, 100.0)
_BATCH = 32
_SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the gate looks at.

    Attributes
    ----------
    auroc : Mapping of str to float
        Of the verdict's sigma (``combination``) and of every detector that decides, in [0, 1].
    false_alarms : Mapping of float to float
        By budget per 1,000, false alarms per 1,000 test normals.
    """

    auroc: Mapping[str, float]
    false_alarms: Mapping[float, float]

    def as_json(self) -> dict[str, Any]:
        """Plain numbers.

        Returns
        -------
        dict
            JSON-able.
        """
        return {
            "auroc": {name: round(value, 4) for name, value in self.auroc.items()},
            "false_alarms_per_1000": {f"{budget:g}": round(v, 1) for budget, v in self.false_alarms.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What was measured when it was good.

    Attributes
    ----------
    auroc : Mapping of str to float
        By the names of `Quality.auroc`, in [0, 1].
    bands : Mapping of float to (float, float)
        By budget per 1,000, least and most false alarms per 1,000 that chance explains.
    """

    auroc: Mapping[str, float]
    bands: Mapping[float, tuple[float, float]]


def measure_with(
    encoder: Encoder,
    files: Sequence[Path],
    prepare: Prepare = to_network_input,
    shapes: Sequence[Morphology] | None = None,
) -> list[Analysis]:
    """Measure pictures in this process.

    Parameters
    ----------
    encoder : Encoder
        As shipped.
    files : sequence of Path
        Usable pictures.
    prepare : Callable
        What makes the network's input; another than the product's own shows what the gate sees.
    shapes : sequence of Morphology, optional
        Shapes of these pictures where they are known already.

    Returns
    -------
    list of Analysis
        In the order of the files.
    """
    out: list[Analysis] = []
    for start in range(0, len(files), _BATCH):
        images = [read_image(path, DecodeLimits()) for path in files[start : start + _BATCH]]
        inputs = np.stack([prepare(image, encoder.preprocessing) for image in images])
        out += analyses_from(
            encoder.encode(inputs),
            [measure(image) for image in images] if shapes is None else shapes[start : start + _BATCH],
            model_id=encoder.model_id,
            class_names=encoder.class_names,
            pixels=[pixel_numbers(small_planes(image)) for image in images],
        )
    return out


def quality_of(
    reference: list[Analysis], normal: list[Analysis], odd: list[Analysis], settings: DetectSettings
) -> Quality:
    """Fit on the reference, judge the others.

    Parameters
    ----------
    reference, normal, odd : list of Analysis
        At least 40 to fit on, one of each to test on.
    settings : DetectSettings
        As shipped.

    Returns
    -------
    Quality
        For `complaints`.
    """
    with one_thread():
        judge = fit_judge(reference, source="gate", settings=settings, made_at=utc_now())
        verdicts = judge.judge([*normal, *odd])
    is_odd = np.arange(len(verdicts)) >= len(normal)
    resample = Resample.draw(is_odd, draws=0, seed=0)
    scores = {name: [verdict.scores[name] for verdict in verdicts] for name in judge.deciding}
    scores["combination"] = [verdict.sigma for verdict in verdicts]
    p_values = np.array([verdict.p_value for verdict in verdicts])[~is_odd]
    return Quality(
        auroc={name: float(rank(np.array(score), resample).auroc[0]) for name, score in scores.items()},
        false_alarms={
            budget: 1000.0 * float(np.mean(p_values <= budget / 1000.0)) for budget in BUDGETS_PER_1000
        },
    )


def gate_sky(folder: Path) -> LabelledSet:
    """The sky that the gate looks at.

    Parameters
    ----------
    folder : Path
        Kept for the next time.

    Returns
    -------
    LabelledSet
        300 normals to fit on, 150 and 60 oddities to test on.
    """
    return paint_sky(folder, reference=300, normal=150, odd=60, seed=_SEED)


def bench_quality(settings: Settings) -> dict[str, Any]:
    """Measure what the gate compares with.

    Parameters
    ----------
    settings : Settings
        As shipped.

    Returns
    -------
    dict
        JSON-able.
    """
    encoder = shipped_encoder(settings)
    with tempfile.TemporaryDirectory(prefix="astrolens-bench-") as folder:
        sky = gate_sky(Path(folder))
        parts = [measure_with(encoder, files) for files in (sky.reference, sky.normal, sky.odd)]
    found = quality_of(parts[0], parts[1], parts[2], settings.detect)
    return {"bench": "quality", "encoder": encoder.model_id, "machine": machine_facts(), **found.as_json()}


def complaints(found: Quality, expected: Expected) -> list[str]:
    """Say what is worse than it was.

    Parameters
    ----------
    found : Quality
        Measured now.
    expected : Expected
        Measured when it was good.

    Returns
    -------
    list of str
        Empty: the gate is open.
    """
    out = []
    for name, before in expected.auroc.items():
        now = found.auroc.get(name, 0.0)
        if now < before - LARGEST_FALL:
            out.append(f"AUROC of {name} is {now:.3f}, it was {before:.3f}: more than {LARGEST_FALL} lower")
    for budget, (least, most) in expected.bands.items():
        realised = found.false_alarms[budget]
        if not least <= realised <= most:
            out.append(
                f"{realised:.1f} false alarms per 1,000 at a budget of {budget:g}; "
                f"chance explains {least:g} to {most:g}"
            )
    return out
