"""The paired test of two scores: known answers, and what holds for every pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from astrolens.detect.paired import PairedAuroc, paired_auroc


def odd_first(odd: int, ordinary: int) -> NDArray[np.bool_]:
    return np.arange(odd + ordinary) < odd


def scores(seed: int, odd: int = 30, ordinary: int = 100, shift: float = 1.0) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    return np.concatenate([random.normal(shift, 1, odd), random.normal(0, 1, ordinary)])


def test_equal_scores_do_not_differ() -> None:
    found = paired_auroc(odd_first(30, 100), scores(1), scores(1))
    assert found.auroc == found.former_auroc
    assert (found.low, found.high) == (0.0, 0.0)


def test_by_hand() -> None:
    is_odd = np.array([True, True, False, False])
    found = paired_auroc(is_odd, np.array([3.0, 1.0, 0.0, 1.0]), np.array([np.inf, 2.0, 1.0, 0.0]))
    assert found.auroc == (1 + 1 + 1 + 0.5) / 4
    assert found.former_auroc == 1.0


def test_a_perfect_score_beats_chance_and_chance_does_not_beat_chance() -> None:
    is_odd = odd_first(30, 100)
    perfect = paired_auroc(is_odd, is_odd.astype(np.float64), scores(2, shift=0.0))
    assert perfect.auroc == 1.0
    assert perfect.low > 0.2
    chance = paired_auroc(is_odd, scores(3, shift=0.0), scores(4, shift=0.0))
    assert chance.low < 0.0 < chance.high


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Two scores of equal power: the truth, 0, is outside of the interval in about 5 % of 40 worlds."""
    is_odd = odd_first(30, 80)
    outside = 0
    for world in range(40):
        common = scores(world, 30, 80)
        noise = [np.random.default_rng([world, part]).normal(0, 0.7, 110) for part in (1, 2)]
        found = paired_auroc(is_odd, common + noise[0], common + noise[1])
        outside += not found.low <= 0.0 <= found.high
    assert outside <= 7  # 2 expected; more than 7 happens in 0.1 % of such tests


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**31), st.integers(0, 3))
def test_what_holds_for_every_pair(odd: int, ordinary: int, seed: int, step: int) -> None:
    random = np.random.default_rng(seed)
    is_odd = random.permutation(odd_first(odd, ordinary))
    one, other = random.integers(0, 10, (2, odd + ordinary)) * 10.0**step
    found = paired_auroc(is_odd, one, other)
    back = paired_auroc(is_odd, other, one)
    assert 0.0 <= found.auroc <= 1.0
    assert -1.0 <= found.low <= found.high <= 1.0
    assert (found.auroc, found.former_auroc) == (back.former_auroc, back.auroc)
    assert found.low == pytest.approx(-back.high)
    stretched = paired_auroc(is_odd, np.exp(one / 10.0**step), other)
    assert stretched == found, "only the order counts"


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        paired_auroc(odd_first(3, 0), np.zeros(3), np.zeros(3))
    with pytest.raises(ValueError, match="not NaN"):
        paired_auroc(odd_first(1, 1), np.array([np.nan, 1.0]), np.zeros(2))
    with pytest.raises(ValueError, match="2 and 3 scores for 2 pictures"):
        paired_auroc(odd_first(1, 1), np.zeros(2), np.zeros(3))
    assert isinstance(paired_auroc(odd_first(1, 1), np.zeros(2), np.zeros(2)), PairedAuroc)
