"""The audit: a sample that no detector had a say in, and the recall on it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue
from astrolens.review.audit import audit_keys, audit_order, audit_recall


@given(st.integers(0, 2**63 - 1), st.integers(1, 400), st.integers(0, 50))
def test_it_is_a_permutation_and_newcomers_move_nobody(seed: int, highest: int, more: int) -> None:
    order = audit_order(highest, seed, highest)
    assert sorted(order) == list(range(1, highest + 1))
    later = audit_order(highest + more, seed, highest + more)
    assert [number for number in later if number <= highest] == order
    assert audit_order(highest, seed, 7) == order[:7]


def test_the_keys_are_those_of_splitmix64() -> None:
    """The generator's well-known first outputs for the state 0: its n-th output is the mix of n steps."""
    step = 0x9E3779B97F4A7C15
    assert int(audit_keys(np.array([0], dtype=np.uint64), (-step) % 2**64)[0]) == 0
    seeds = audit_keys(np.arange(5, dtype=np.uint64), 1)
    assert len(set(seeds.tolist())) == 5


def test_every_picture_has_the_same_chance() -> None:
    """Over 4,000 seeds each of 40 pictures is among the first 10 as often as chance has it (5 sigma)."""
    seen = np.zeros(41)
    for seed in range(4000):
        seen[audit_order(40, seed, 10)] += 1
    assert np.abs(seen[1:] - 1000).max() < 5 * np.sqrt(4000 * 0.25 * 0.75)


def test_no_pattern_along_the_numbers() -> None:
    """Sources that take turns are drawn alike: every residue mod 8 within 5 sigma of an eighth."""
    drawn = np.array(audit_order(100_000, 3, 10_000))
    counts = np.bincount(drawn % 8, minlength=8)
    assert np.abs(counts - 1250).max() < 5 * np.sqrt(10_000 / 8 * 7 / 8)


def test_a_million_pictures_are_quick_to_order() -> None:
    assert len(set(audit_order(2_500_000, 1, 300))) == 300
    assert audit_order(0, 1, 300) == []
    assert audit_order(10, 1, 0) == []


def test_recall_counts_what_was_judged_for_other_reasons_too() -> None:
    order = [5, 3, 9, 1, 7]
    decisions = {5: Decision.NORMAL, 3: Decision.ANOMALY, 1: Decision.NORMAL, 7: Decision.ANOMALY}
    said = {
        5: LabelValue.NORMAL,
        3: LabelValue.ANOMALY,
        1: LabelValue.ANOMALY,
    }  # 9 was never judged, 7 not asked yet
    recall = audit_recall(order, decisions, said)
    assert (recall.pictures, recall.anomalies, recall.found, recall.recall) == (3, 2, 1, 0.5)
    assert recall.low is not None
    assert recall.high is not None
    assert 0.09 < recall.low < 0.1 < 0.9 < recall.high < 0.91  # Wilson for 1 of 2
    none = audit_recall(order, decisions, {5: LabelValue.UNSURE})
    assert (none.pictures, none.recall, none.low) == (1, None, None)


def test_it_measures_a_known_recall_without_bias_when_the_interesting_are_judged_first() -> None:
    """A detector that finds 60 % of 10 % anomalies; people have judged all it found before the audit began."""
    random = np.random.default_rng(7)
    measured = []
    for seed in range(60):
        truth = random.random(2000) < 0.1
        found = truth & (random.random(2000) < 0.6)
        decisions = {n + 1: Decision.ANOMALY if found[n] else Decision.NORMAL for n in range(2000)}
        order = audit_order(2000, seed, 600)
        words = {True: LabelValue.ANOMALY, False: LabelValue.NORMAL}
        said = {number: words[bool(truth[number - 1])] for number in order}
        recall = audit_recall(order, decisions, said).recall
        assert recall is not None
        measured.append(recall)
    assert np.mean(measured) == pytest.approx(0.6, abs=0.025)
