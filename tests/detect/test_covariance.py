import numpy as np
import pytest
from sklearn.covariance import LedoitWolf

from astrolens.detect.covariance import ledoit_wolf, squared_distance, whitener


@pytest.mark.parametrize(("count", "width"), [(30, 50), (500, 20), (2, 3)])
def test_shrinks_like_scikit_learn(count: int, width: int) -> None:
    rng = np.random.default_rng(count)
    rows = rng.standard_normal((count, width)) * np.geomspace(1.0, 0.01, width)
    centred = rows - rows.mean(axis=0)
    covariance, shrinkage = ledoit_wolf(centred)
    oracle = LedoitWolf(assume_centered=True).fit(centred)
    assert shrinkage == pytest.approx(oracle.shrinkage_, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(covariance, oracle.covariance_, rtol=1e-9, atol=1e-15)


def test_distance_is_that_of_the_inverse() -> None:
    rng = np.random.default_rng(1)
    mixing = rng.standard_normal((6, 6))
    covariance = mixing @ mixing.T + 0.1 * np.eye(6)
    rows, centre = rng.standard_normal((9, 6)), rng.standard_normal(6)
    gap = rows - centre
    by_hand = np.einsum("ij,jk,ik->i", gap, np.linalg.inv(covariance), gap)
    np.testing.assert_allclose(squared_distance(rows, centre, whitener(covariance)), by_hand, rtol=1e-4)


def test_no_spread_at_all_is_plain_distance() -> None:
    covariance, shrinkage = ledoit_wolf(np.zeros((5, 4)))
    assert shrinkage == 1.0
    found = squared_distance(np.full((1, 4), 2.0), np.zeros(4), whitener(covariance))
    np.testing.assert_allclose(found, [16.0])


def test_a_direction_without_spread_stays_finite() -> None:
    white = whitener(np.diag([1.0, 0.0]))
    assert np.isfinite(white).all()
    near, far = squared_distance(np.array([[3.0, 0.0], [0.0, 3.0]]), np.zeros(2), white)
    assert near == pytest.approx(9.0, rel=1e-5)
    assert far > 1e6
