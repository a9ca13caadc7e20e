import numpy as np

from astrolens.detect.nearest import mean_distance


def test_by_hand_over_blocks_and_with_a_small_bank() -> None:
    rng = np.random.default_rng(1)
    rows, bank = rng.standard_normal((1500, 3)), rng.standard_normal((7, 3))
    every = np.linalg.norm(rows[:, None] - bank, axis=2)
    np.testing.assert_allclose(mean_distance(rows, bank, 2), np.sort(every, axis=1)[:, :2].mean(axis=1))
    np.testing.assert_allclose(mean_distance(rows, bank, 10), every.mean(axis=1))
