import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import cauchy, combine_pvalues

from astrolens.detect.combine import Rule, combine, rough_share

EVEN = (1.0, 1.0, 1.0)
WEIGHTS = (1.0, 2.0, 0.5)
LOG_P = st.floats(-690.0, 0.0)


def test_fisher_is_half_the_statistic_of_scipy() -> None:
    p = np.array([0.01, 0.2, 0.7])
    assert combine(np.log(p)[:, None], Rule.FISHER, EVEN)[0] == pytest.approx(
        combine_pvalues(p, method="fisher").statistic / 2.0
    )


def test_cauchy_is_the_textbook_formula() -> None:
    p = np.array([0.01, 0.2, 0.7])
    by_hand = cauchy.sf(np.mean(np.tan((0.5 - p) * np.pi)))
    assert combine(np.log(p)[:, None], Rule.CAUCHY, EVEN)[0] == pytest.approx(-np.log(by_hand))


@pytest.mark.parametrize("rule", list(Rule))
@given(arrays(np.float64, 3, elements=LOG_P), st.integers(0, 2), st.floats(0.0, 50.0))
def test_never_falls_when_one_p_value_falls(rule: Rule, log_p: np.ndarray, which: int, by: float) -> None:
    odder = log_p.copy()
    odder[which] -= by
    before, after = combine(np.stack([log_p, odder], axis=1), rule, WEIGHTS)
    assert after >= before - 1e-6 * max(1.0, abs(before))
    assert np.isfinite([before, after]).all()


def test_cauchy_is_smooth_where_its_formulas_meet() -> None:
    log_p = np.linspace(np.log(1e-9), np.log(1e-7), 2001)[None, :]
    steps = np.diff(combine(log_p, Rule.CAUCHY, (1.0,)))
    assert (steps < 0.0).all()
    assert steps.std() < 1e-4


def test_squares_by_hand_and_capped() -> None:
    log_p = -np.array([[3.0], [1.0], [5.0]])
    weights = (1.5, 1.0, 2.0)
    assert combine(log_p, Rule.SQUARES, weights)[0] == pytest.approx(np.sqrt(1.5 * 9 + 1 + 2 * 25))
    capped = combine(log_p, Rule.SQUARES, weights, (np.inf, np.inf, 2.0))[0]
    assert capped == pytest.approx(np.sqrt(1.5 * 9 + 1 + 2 * 4))
    assert combine(log_p, Rule.FISHER, weights, (np.inf, np.inf, 2.0))[0] == pytest.approx(4.5 + 1 + 4)


@pytest.mark.parametrize("rule", [Rule.FISHER, Rule.SQUARES])
def test_the_rough_share_is_nearly_even_on_independent_detectors(rule: Rule) -> None:
    weights, caps = (1.5, 1.0, 1.0), (np.inf, np.inf, 2.0)
    log_p = -np.random.default_rng(2).exponential(size=(3, 20_000))
    share = rough_share(combine(log_p, rule, weights, caps), rule, weights, caps)
    assert np.abs(np.quantile(share, [0.1, 0.5, 0.9]) - [0.1, 0.5, 0.9]).max() < 0.15
    assert share.max() <= 1.0


def test_refuses_nothing_and_missing_weights() -> None:
    with pytest.raises(ValueError, match="at least one detector"):
        combine(np.zeros((0, 3)), Rule.FISHER, ())
    with pytest.raises(ValueError, match="2 weights"):
        combine(np.zeros((3, 3)), Rule.FISHER, (1.0, 1.0))
    with pytest.raises(ValueError, match="2 caps"):
        combine(np.zeros((3, 3)), Rule.FISHER, EVEN, (1.0, 1.0))


@pytest.mark.parametrize("rule", list(Rule))
def test_only_the_order_of_weights_against_each_other_matters(rule: Rule) -> None:
    log_p = np.log(np.random.default_rng(1).uniform(size=(3, 50)))
    one, other = combine(log_p, rule, (1.0, 2.0, 0.5)), combine(log_p, rule, (2.0, 4.0, 1.0))
    np.testing.assert_array_equal(np.argsort(one), np.argsort(other))
    heavy = combine(log_p, rule, (1.0, 1e-9, 1e-9))
    assert np.corrcoef(heavy, -log_p[0])[0, 1] > 0.99
