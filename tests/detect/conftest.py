"""A simulated source: correlated embeddings with heavy tails, a pair head that leans on them, shapes with gaps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from astrolens.detect.features import Features
from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag

MakeAnalyses = Callable[..., list[Analysis]]
MakeFeatures = Callable[..., Features]

WIDTH = 24
_MIXING = np.random.default_rng(99).standard_normal((8, WIDTH)) / 3.0


def _morphology(numbers: np.ndarray) -> Morphology:
    names = Morphology.number_names()
    values = {name: float(value) for name, value in zip(names, numbers, strict=True)}
    return Morphology(flags=MorphologyFlag.NONE, **values)


def simulate_features(
    count: int, *, seed: int, odd: bool = False, heads: bool = True, measured: bool = True
) -> Features:
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
    return Features(
        model_id="simulated-1",
        embeddings=embeddings.astype(np.float32),
        logits=logits.astype(np.float32),
        heads={"pair": pair} if heads else {},
        shapes=shapes,
    )


def simulate(
    count: int, *, seed: int, odd: bool = False, heads: bool = True, measured: bool = True
) -> list[Analysis]:
    """The same as analyses."""
    rows = simulate_features(count, seed=seed, odd=odd, heads=heads, measured=measured)
    return [
        Analysis(
            model_id=rows.model_id,
            embedding=rows.embeddings[row].copy(),
            logits=rows.logits[row].copy(),
            class_names=("elliptical", "spiral", "edge_on"),
            heads={name: float(values[row]) for name, values in rows.heads.items()},
            morphology=_morphology(rows.shapes[row]),
        )
        for row in range(count)
    ]


@pytest.fixture(scope="session")
def make_analyses() -> MakeAnalyses:
    return simulate


@pytest.fixture(scope="session")
def make_features() -> MakeFeatures:
    return simulate_features


@pytest.fixture(scope="session")
def make_every_head() -> MakeFeatures:
    """The same source by an encoder with every head that a detector reads."""

    def make(
        count: int, *, seed: int, odd: bool = False, heads: bool = True, measured: bool = True
    ) -> Features:
        rows = simulate_features(count, seed=seed, odd=odd, heads=heads, measured=measured)
        if not heads:
            return rows
        rng, away = np.random.default_rng(seed + 1), 4.0 if odd else 0.0
        lean = rng.gumbel(size=(2, count)) + away
        pixels = (rng.standard_normal((count, 12)) + 0.5 * away).astype(np.float32)
        pixels[rng.random(count) < 0.03] = np.nan
        basis = np.random.default_rng(98).standard_normal((5, 36))
        miniatures = 0.5 + 0.05 * (rng.standard_normal((count, 5)) @ basis)
        miniatures += (0.02 + 0.05 * away) * rng.standard_normal(miniatures.shape)
        patches = np.random.default_rng(97).standard_normal((4, 4, 8)) + 0.2 * rng.standard_normal(
            (count, 4, 4, 8)
        )
        patches[:, 1, 2] += away * rng.choice([-1.0, 1.0], (count, 8))
        return replace(
            rows,
            heads={**rows.heads, "merger": lean[0], "artefact": lean[1]},
            pixels=pixels,
            miniatures=miniatures.astype(np.float32),
            patches=patches.astype(np.float16),
        )

    return make


@pytest.fixture(scope="session")
def noon() -> datetime:
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
