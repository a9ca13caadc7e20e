"""The quality gate: on a small sky of its own, does the product still find and still keep its budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.morphology import measure
from astrolens.analyse.preprocess import to_network_input
from astrolens.analyse.stage import analyses_from
from astrolens.bench.ranking import Resample, rank
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import DetectSettings
from astrolens.detect.stage import fit_judge
from astrolens.domain.analysis import Analysis
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the gate looks at.

    Attributes
    ----------
    auroc : float
        Of the verdict's sigma, in [0, 1].
    false_alarms : Mapping of float to float
        By budget per 1,000, false alarms per 1,000 test normals.
    """

    auroc: float
    false_alarms: Mapping[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What was measured when it was good.

    Attributes
    ----------
    auroc : float
        In [0, 1].
    bands : Mapping of float to (float, float)
        By budget per 1,000, least and most false alarms per 1,000 that chance explains.
    """

    auroc: float
    bands: Mapping[float, tuple[float, float]]


def measure_with(
    encoder: Encoder, files: tuple[Path, ...], prepare: Prepare = to_network_input
) -> list[Analysis]:
    """Measure pictures in this process.

    Parameters
    ----------
    encoder : Encoder
        As shipped.
    files : tuple of Path
        Usable pictures.
    prepare : Callable
        What makes the network's input; another than the product's own shows what the gate sees.

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
            [measure(image) for image in images],
            model_id=encoder.model_id,
            class_names=encoder.class_names,
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
    judge = fit_judge(reference, source="gate", settings=settings, made_at=utc_now())
    verdicts = judge.judge([*normal, *odd])
    is_odd = np.arange(len(verdicts)) >= len(normal)
    sigma = np.array([verdict.sigma for verdict in verdicts])
    p_values = np.array([verdict.p_value for verdict in verdicts])[~is_odd]
    return Quality(
        auroc=float(rank(sigma, Resample.draw(is_odd, draws=0, seed=0)).auroc[0]),
        false_alarms={
            budget: 1000.0 * float(np.mean(p_values <= budget / 1000.0)) for budget in BUDGETS_PER_1000
        },
    )


def gate(encoder: Encoder, sky: LabelledSet, settings: DetectSettings) -> Quality:
    """Measure the product on a labelled sky.

    Parameters
    ----------
    encoder : Encoder
        As shipped.
    sky : LabelledSet
        For example from `astrolens.bench.sky.paint_sky`.
    settings : DetectSettings
        As shipped.

    Returns
    -------
    Quality
        For `complaints`.
    """
    parts = [measure_with(encoder, files) for files in (sky.reference, sky.normal, sky.odd)]
    return quality_of(parts[0], parts[1], parts[2], settings)


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
    if found.auroc < expected.auroc - LARGEST_FALL:
        out.append(f"AUROC {found.auroc:.3f}, it was {expected.auroc:.3f}: more than {LARGEST_FALL} lower")
    for budget, (least, most) in expected.bands.items():
        realised = found.false_alarms[budget]
        if not least <= realised <= most:
            out.append(
                f"{realised:.1f} false alarms per 1,000 at a budget of {budget:g}; "
                f"chance explains {least:g} to {most:g}"
            )
    return out
