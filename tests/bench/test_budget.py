"""Realised rates of p-values whose law is known."""

from collections.abc import Sequence

import numpy as np
import pytest

from astrolens.bench.budget import Splits, held_out_p_values
from astrolens.config.settings import DetectSettings
from astrolens.detect.roster import Recipe
from astrolens.detect.stage import fit_judge
from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from astrolens.domain.clock import utc_now


def analyses(count: int, seed: int, away: float = 0.0) -> list[Analysis]:
    random = np.random.default_rng(seed)
    names = Morphology.number_names()
    return [
        Analysis(
            model_id="made",
            embedding=(random.standard_normal(8) + 3.0 + away).astype(np.float32),
            logits=random.standard_normal(3).astype(np.float32),
            class_names=("a", "b", "c"),
            heads={name: float(random.standard_normal() + away) for name in ("pair", "merger", "artefact")},
            morphology=Morphology(
                **dict(zip(names, random.random(len(names)).tolist(), strict=True)), flags=MorphologyFlag.NONE
            ),
        )
        for _ in range(count)
    ]


def splits_of(p_values: Sequence[Sequence[float]] | np.ndarray, calibrated: int = 500) -> dict[str, object]:
    return Splits(calibrated=calibrated, p_values=np.asarray(p_values, np.float64)).as_json(seed=1)


def test_uniform_p_values_keep_the_budget() -> None:
    found = splits_of(np.random.default_rng(1).random((200, 500)), calibrated=10**9)
    budgets, uniformity = found["budgets"], found["uniformity"]
    assert isinstance(budgets, dict)
    assert isinstance(uniformity, dict)
    for budget in ("1", "5", "20"):
        low, high = budgets[budget]["ratio_95_over_splits"]
        assert low < 1.0 < high
    assert uniformity["share_of_splits_rejected_at_0.05"] < 0.12


def test_p_values_that_are_too_small_are_seen() -> None:
    found = splits_of(np.random.default_rng(1).random((50, 500)) ** 1.3)
    budgets, uniformity = found["budgets"], found["uniformity"]
    assert isinstance(budgets, dict)
    assert isinstance(uniformity, dict)
    assert budgets["20"]["ratio_95_over_splits"][0] > 1.5
    assert uniformity["share_of_splits_rejected_at_0.05"] > 0.5


def test_only_held_out_normals_are_judged() -> None:
    done: list[int] = []
    normals = analyses(101, seed=1)
    splits = held_out_p_values(
        normals,
        analyses(5, 2, 3.0),
        DetectSettings(),
        splits=3,
        contamination=0.06,
        seed=1,
        progress=done.append,
    )
    assert done == [1, 2, 3]
    assert splits.calibrated == 50
    assert (np.isfinite(splits.p_values).sum(axis=1) == 51).all()
    with pytest.raises(ValueError, match="5 oddities are needed"):
        held_out_p_values(normals, [], DetectSettings(), splits=1, contamination=0.1, seed=1)


def test_leaving_out_what_only_informs_changes_no_verdict() -> None:
    shipped = Recipe()
    short = Recipe(computed=shipped.combined, combined=shipped.combined, weights=shipped.weights)
    sample, tested = analyses(60, seed=1), analyses(20, seed=2)
    judges = [
        fit_judge(sample, source="x", settings=DetectSettings(), made_at=utc_now(), recipe=recipe)
        for recipe in (None, short)
    ]
    whole, brief = ([verdict.p_value for verdict in judge.judge(tested)] for judge in judges)
    assert whole == brief
