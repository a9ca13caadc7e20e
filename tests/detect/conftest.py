"""A simulated source: correlated embeddings with heavy tails, a pair head that leans on them, shapes with gaps."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag

MakeAnalyses = Callable[..., list[Analysis]]

WIDTH = 24
_MIXING = np.random.default_rng(99).standard_normal((8, WIDTH)) / 3.0


def _morphology(numbers: np.ndarray) -> Morphology:
    names = Morphology.number_names()
    values = {name: float(value) for name, value in zip(names, numbers, strict=True)}
    return Morphology(flags=MorphologyFlag.NONE, **values)


def simulate(
    count: int, *, seed: int, odd: bool = False, heads: bool = True, measured: bool = True
) -> list[Analysis]:
    """Pictures of the simulated source, or oddities in it."""
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((count, 8)) * np.linspace(1.0, 0.2, 8)
    embeddings = hidden @ _MIXING + 2.0
    embeddings += 0.15 * rng.standard_normal((count, WIDTH)) * rng.gamma(4.0, 0.25, (count, 1))
    pair = 0.5 * hidden[:, 0] + rng.gumbel(size=count)
    shapes = rng.lognormal(0.0, 0.4, (count, len(Morphology.number_names())))
    shapes[rng.random(shapes.shape) < 0.03] = np.nan
    if odd:
        embeddings += rng.choice([-1.0, 1.0], embeddings.shape) * 0.8
        pair += 4.0
        shapes *= 3.0
    if not measured:
        shapes[:] = np.nan
    logits = np.stack([hidden[:, 1], hidden[:, 2], -hidden[:, 1]], axis=1) * 3.0
    return [
        Analysis(
            model_id="simulated-1",
            embedding=embeddings[row].astype(np.float32),
            logits=logits[row].astype(np.float32),
            class_names=("elliptical", "spiral", "edge_on"),
            heads={"pair": float(pair[row])} if heads else {},
            morphology=_morphology(shapes[row]),
        )
        for row in range(count)
    ]


@pytest.fixture(scope="session")
def make_analyses() -> MakeAnalyses:
    return simulate


@pytest.fixture(scope="session")
def noon() -> datetime:
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
