import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import genpareto, kstest

from astrolens.detect.conformal import conformal_p_values
from astrolens.detect.tail import LOG_P_FLOOR, Curve, leave_one_out_log_p

SCORES = st.floats(-1e6, 1e6, allow_nan=False)


@given(arrays(np.float64, st.integers(1, 60), elements=SCORES), st.lists(SCORES, min_size=2, max_size=20))
def test_never_rises_with_the_score(normals: np.ndarray, asked: list[float]) -> None:
    found = Curve.fit(normals).log_p(np.sort(np.array([*asked, *normals, 1e7, 1e12])))
    assert (np.diff(found) <= 1e-12).all()
    assert (found <= 0.0).all()
    assert (found >= LOG_P_FLOOR).all()


@given(arrays(np.float64, st.integers(1, 60), elements=SCORES))
def test_stays_within_one_count_of_the_conformal_p_value(normals: np.ndarray) -> None:
    found = np.exp(Curve.fit(normals).log_p(normals))
    conformal = conformal_p_values(normals, normals)
    assert (found <= conformal + 1e-12).all()
    assert (found >= conformal - 1.0 / (len(normals) + 1.0) - 1e-12).all()


@given(arrays(np.float64, st.integers(2, 60), elements=st.sampled_from([0.0, 1.0, 2.0])))
def test_shared_scores_take_the_conformal_p_value(normals: np.ndarray) -> None:
    values, counts = np.unique(normals, return_counts=True)
    shared = values[counts > 1]
    np.testing.assert_allclose(np.exp(Curve.fit(normals).log_p(shared)), conformal_p_values(shared, normals))


def test_is_continuous_at_the_join_and_inside() -> None:
    normals = np.random.default_rng(2).gumbel(size=500)
    curve = Curve.fit(normals)
    top = float(normals.max())
    at, after = curve.log_p(np.array([top, top + 1e-9]))
    assert at == pytest.approx(np.log(1.0 / 501.0))
    assert after == pytest.approx(at, abs=1e-6)
    grid = np.linspace(normals.min(), top + 5.0, 200_001)
    assert np.abs(np.diff(curve.log_p(grid))).max() < 0.2


def test_scaling_and_shifting_all_scores_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    normals, asked = rng.gumbel(size=400), rng.gumbel(size=50) * 3.0
    plain = Curve.fit(normals).log_p(asked)
    np.testing.assert_allclose(Curve.fit(1e4 * normals + 7.0).log_p(1e4 * asked + 7.0), plain, rtol=1e-6)


@pytest.mark.parametrize("shape", [0.0, 0.2])
def test_finds_the_law_of_a_known_tail(shape: float) -> None:
    truth = genpareto(shape, scale=2.0)
    asked = truth.isf(np.array([1e-4, 1e-5]))
    rng = np.random.default_rng(4)
    found = [Curve.fit(truth.rvs(2000, random_state=rng)).log_p(asked) for _ in range(40)]
    np.testing.assert_allclose(np.median(found, axis=0), np.log([1e-4, 1e-5]), atol=1.2)


def test_false_alarms_beyond_the_sample_keep_the_budget() -> None:
    rng = np.random.default_rng(5)
    rates = []
    for _ in range(300):
        curve = Curve.fit(rng.exponential(size=200))
        # where p falls to 1 per 1,000 the exact rate is known
        grid = np.linspace(0.0, 40.0, 4001)
        rates.append(np.exp(-grid[np.searchsorted(-curve.log_p(grid), np.log(1000.0))]))
    assert np.mean(rates) == pytest.approx(1e-3, rel=0.35)


def test_floor() -> None:
    curve = Curve.fit(np.random.default_rng(6).uniform(size=300))
    assert curve.log_p(np.array([1e300]))[0] >= LOG_P_FLOOR
    light = Curve(
        knots=np.array([0.0, 1.0]),
        log_levels=np.log([2 / 3, 1 / 3]),
        size=2,
        excess=1.0,
        scale=1.0,
        shape=0.0,
    )
    assert light.log_p(np.array([1e9]))[0] == LOG_P_FLOOR


def test_identical_normals_make_anything_odder_as_odd_as_the_sample_can_show() -> None:
    found = np.exp(Curve.fit(np.full(49, 3.0)).log_p(np.array([2.0, 3.0, 3.1, 1e9])))
    np.testing.assert_allclose(found, [1.0, 1.0, 0.02, 0.02])


def test_held_out_normals_are_uniform() -> None:
    rng = np.random.default_rng(7)
    found = np.exp(Curve.fit(rng.gamma(2.0, size=20_000)).log_p(rng.gamma(2.0, size=3000)))
    assert kstest(found, "uniform").pvalue > 0.01


@given(arrays(np.float64, st.integers(2, 40), elements=SCORES, unique=True))
def test_leave_one_out_equals_a_curve_without_it(normals: np.ndarray) -> None:
    by_hand = [Curve.fit(np.delete(normals, i)).log_p(normals[i : i + 1])[0] for i in range(len(normals))]
    np.testing.assert_allclose(leave_one_out_log_p(normals), by_hand, rtol=1e-9, atol=1e-9)


@given(arrays(np.float64, st.integers(2, 40), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0])))
def test_leave_one_out_with_ties_is_never_surer_than_a_curve_without_it(normals: np.ndarray) -> None:
    by_hand = [Curve.fit(np.delete(normals, i)).log_p(normals[i : i + 1])[0] for i in range(len(normals))]
    assert (leave_one_out_log_p(normals) >= np.array(by_hand) - 1e-9).all()


def test_refuses_nan_and_too_little() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Curve.fit(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="NaN"):
        Curve.fit(np.array([1.0, 2.0])).log_p(np.array([np.nan]))
    with pytest.raises(ValueError, match="at least 2"):
        leave_one_out_log_p(np.array([1.0]))
