"""Figures of a ranking against scikit-learn, and intervals that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from astrolens.bench.ranking import Resample, interval, rank, ratio


@given(st.integers(0, 10_000), st.booleans())
def test_agrees_with_scikit_learn(seed: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    is_odd = np.r_[np.zeros(60, bool), np.ones(20, bool)]
    score = random.standard_normal(80) + is_odd
    score = np.round(score) if ties else score
    ranking = rank(score, Resample.draw(is_odd, draws=0, seed=0))
    assert ranking.auroc[0] == pytest.approx(roc_auc_score(is_odd, score))
    assert ranking.precision[0] == pytest.approx(average_precision_score(is_odd, score))


def test_found_counts_the_first_and_shares_ties_out() -> None:
    is_odd = np.r_[np.ones(30, bool), np.zeros(270, bool)]
    clear = rank(-np.arange(300.0), Resample.draw(is_odd, draws=0, seed=0))
    assert [clear.found[k][0] for k in (50, 100, 200)] == [30.0, 30.0, 30.0]
    tied = rank(np.zeros(300), Resample.draw(is_odd, draws=0, seed=0))
    assert tied.found[50][0] == pytest.approx(5.0)
    assert tied.auroc[0] == 0.5


def test_what_is_not_scored_comes_last() -> None:
    is_odd = np.array([True, False, False])
    assert rank(np.array([np.nan, 1.0, -1.0]), Resample.draw(is_odd, draws=0, seed=0)).auroc[0] == 0.0


def test_a_draw_is_the_sample_with_repeats() -> None:
    is_odd = np.r_[np.zeros(40, bool), np.ones(10, bool)]
    score = np.random.default_rng(1).standard_normal(50) + is_odd
    resample = Resample.draw(is_odd, draws=5, seed=2)
    assert (resample.times[:, is_odd].sum(axis=1) == 10).all()
    for times, auroc in zip(resample.times, rank(score, resample).auroc, strict=True):
        rows = np.repeat(np.arange(50), times)
        assert auroc == pytest.approx(roc_auc_score(is_odd[rows], score[rows]))


def test_intervals_cover() -> None:
    covered = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        is_odd = np.r_[np.zeros(150, bool), np.ones(60, bool)]
        score = random.standard_normal(210) + is_odd
        shown = rank(score, Resample.draw(is_odd, draws=200, seed=seed)).as_json()
        covered += shown["auroc_95"][0] <= 0.7602 <= shown["auroc_95"][1]  # Phi(1 / sqrt 2)
    assert covered >= 50


def test_both_kinds_are_needed() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        Resample.draw(np.zeros(5, bool), draws=1, seed=0)


def test_ratio_of_nothing_is_nothing() -> None:
    assert ratio(np.array([4.0, 4.0]), np.array([2.0, 2.0])) == {"value": 2.0, "value_95": [2.0, 2.0]}
    assert ratio(np.array([4.0, 4.0]), np.array([0.0, 1.0]))["value"] is None
    assert interval(np.array([1.0, np.nan, 1.0])) == [1.0, 1.0]
