"""The gate: fails when the product finds less or alarms more often than it did.

``quality.json`` holds what was measured when it was good. A change that is meant to change it (another encoder, another
recipe) brings the new numbers: ``astrolens bench quality`` prints them.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import betabinom

from astrolens.analyse.preprocess import to_network_input
from astrolens.bench.quality import (
    BUDGETS_PER_1000,
    Expected,
    Quality,
    complaints,
    measure_with,
    quality_of,
)
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import DetectSettings
from astrolens.domain.analysis import Analysis
from astrolens.domain.image import Image
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
Parts = tuple[list[Analysis], list[Analysis], list[Analysis]]


def band(budget: float, calibrated: int, tested: int) -> tuple[float, float]:
    """False alarms per 1,000 that chance gives to 998 of 1,000 calibrations which keep the budget."""
    allowed = budget / 1000.0 * (calibrated + 1)
    law = betabinom(tested, allowed, calibrated + 1 - allowed)
    return 1000.0 * floor(law.ppf(0.001)) / tested, 1000.0 * ceil(law.ppf(0.999)) / tested


@pytest.fixture(scope="module")
def expected(big_sky: LabelledSet) -> Expected:
    stored = json.loads(Path(__file__).with_name("quality.json").read_text(encoding="utf-8"))
    sizes = len(big_sky.reference), len(big_sky.normal)
    return Expected(
        auroc=stored["auroc"], bands={budget: band(budget, *sizes) for budget in BUDGETS_PER_1000}
    )


@pytest.fixture(scope="module")
def right(big_sky: LabelledSet, encoder: Encoder) -> Parts:
    parts = [measure_with(encoder, files) for files in (big_sky.reference, big_sky.normal, big_sky.odd)]
    return parts[0], parts[1], parts[2]


def quality(reference: list[Analysis], normal: list[Analysis], odd: list[Analysis]) -> Quality:
    return quality_of(reference, normal, odd, DetectSettings())


def test_the_product_is_as_good_as_it_was(right: Parts, expected: Expected) -> None:
    found = quality(*right)
    assert not complaints(found, expected), found


def channels(image: Image, steps: Preprocessing) -> NDArray[np.float32]:
    return np.ascontiguousarray(to_network_input(image, steps)[::-1])


def crop(image: Image, steps: Preprocessing) -> NDArray[np.float32]:
    return to_network_input(image, replace(steps, crop_fraction=1.0))


def scale(image: Image, steps: Preprocessing) -> NDArray[np.float32]:
    return to_network_input(image, replace(steps, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)))


@pytest.mark.parametrize("broken", [channels, crop, scale])
def test_a_broken_preprocessing_shuts_the_gate(
    broken: Callable[[Image, Preprocessing], NDArray[np.float32]],
    big_sky: LabelledSet,
    encoder: Encoder,
    right: Parts,
    expected: Expected,
) -> None:
    """Broken for everything: the network finds less. Broken after a calibration: the budget is overrun."""
    wrong = [
        measure_with(encoder, files, broken, [analysis.morphology for analysis in known])
        for files, known in zip((big_sky.reference, big_sky.normal, big_sky.odd), right, strict=True)
    ]
    everywhere = complaints(quality(wrong[0], wrong[1], wrong[2]), expected)
    assert any("AUROC" in complaint for complaint in everywhere)
    later = complaints(quality(right[0], wrong[1], wrong[2]), expected)
    assert any("false alarms" in complaint for complaint in later)
