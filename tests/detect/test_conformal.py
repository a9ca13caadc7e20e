import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kstest

from astrolens.detect.conformal import (
    conformal_p_values,
    leave_one_out_p_values,
    refuse_nan,
    sorted_scores,
)

SCORES = st.floats(-1e6, 1e6, allow_nan=False)


def test_counts_normals_that_are_at_least_as_odd() -> None:
    normals = np.array([1.0, 2.0, 3.0, 4.0])
    found = conformal_p_values(np.array([0.0, 2.0, 2.5, 4.0, 9.0]), normals)
    np.testing.assert_allclose(found, np.array([5.0, 4.0, 3.0, 2.0, 1.0]) / 5.0)


def test_a_tie_counts_against_oddity() -> None:
    normals = np.array([1.0, 5.0, 5.0, 5.0])
    assert conformal_p_values(np.array([5.0]), normals)[0] == pytest.approx(4.0 / 5.0)


@given(arrays(np.float64, st.integers(2, 40), elements=SCORES))
def test_leave_one_out_equals_taking_it_out_by_hand(normals: np.ndarray) -> None:
    by_hand = [conformal_p_values(normals[i : i + 1], np.delete(normals, i))[0] for i in range(len(normals))]
    np.testing.assert_allclose(leave_one_out_p_values(normals), by_hand)


@given(arrays(np.float64, st.integers(1, 40), elements=SCORES), SCORES, SCORES)
def test_odder_is_never_less_surprising(normals: np.ndarray, one: float, other: float) -> None:
    low, high = sorted((one, other))
    p_low, p_high = conformal_p_values(np.array([low, high]), normals)
    assert p_high <= p_low


@given(arrays(np.float64, st.integers(1, 40), elements=SCORES), st.randoms(use_true_random=False))
def test_order_of_the_sample_does_not_matter(normals: np.ndarray, random: object) -> None:
    shuffled = np.random.default_rng(3).permutation(normals)
    asked = np.linspace(-10.0, 10.0, 7)
    np.testing.assert_array_equal(conformal_p_values(asked, normals), conformal_p_values(asked, shuffled))


def test_held_out_normals_are_uniform() -> None:
    rng = np.random.default_rng(1)
    found = conformal_p_values(rng.standard_t(3, 3000), rng.standard_t(3, 20_000))
    assert kstest(found, "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("scores", "normals", "says"),
    [([np.nan], [1.0], "1 of 1 in scores"), ([1.0], [np.nan, 2.0], "1 of 2"), ([1.0], [], "empty")],
)
def test_refuses_what_has_no_rank(scores: list[float], normals: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        conformal_p_values(np.array(scores), np.array(normals))


def test_sorted_scores_leaves_its_input_alone() -> None:
    given_scores = np.array([3.0, 1.0])
    np.testing.assert_array_equal(sorted_scores(given_scores), [1.0, 3.0])
    np.testing.assert_array_equal(given_scores, [3.0, 1.0])
    refuse_nan(given_scores, "these")
