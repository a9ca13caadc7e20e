import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from astrolens.detect.forest import IsolationTrees


@pytest.mark.parametrize("count", [2, 40, 700])
def test_equals_scikit_learn(count: int) -> None:
    rng = np.random.default_rng(count)
    rows, asked = rng.standard_normal((count, 5)), rng.standard_normal((60, 5)) * 2.0
    trees = IsolationTrees.grow(rows, 11)
    oracle = IsolationForest(n_estimators=100, max_samples=min(256, count), random_state=11)
    oracle.fit(rows.astype(np.float32))
    np.testing.assert_allclose(
        trees.score(asked), -oracle.score_samples(asked.astype(np.float32)), rtol=1e-12
    )


def test_restored_scores_bit_for_bit() -> None:
    rows = np.random.default_rng(1).standard_normal((80, 3))
    trees = IsolationTrees.grow(rows, 1)
    np.testing.assert_array_equal(IsolationTrees.restore(trees.numbers()).score(rows), trees.score(rows))


def test_rows_without_spread_are_all_alike() -> None:
    score = IsolationTrees.grow(np.ones((50, 2)), 1).score(np.array([[1.0, 1.0], [9.0, 9.0]]))
    assert np.isfinite(score).all()
    assert score[0] == score[1]
