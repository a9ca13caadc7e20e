import numpy as np

from astrolens.detect.votes import count_votes


def test_each_of_the_three_can_vote() -> None:
    log_p = {
        "msp": np.log([0.001, 0.5, 0.001]),
        "energy": np.log([0.001, 0.5, 0.5]),
        "mahalanobis": np.log([0.002, 0.5, 0.5]),
        "pair": np.log([0.001, 0.001, 0.001]),
    }
    np.testing.assert_array_equal(count_votes(log_p, count=3, budget_per_1000=2.0), [3, 0, 1])


def test_a_missing_voter_does_not_vote() -> None:
    found = count_votes({"energy": np.log([0.001, 0.5])}, count=2, budget_per_1000=2.0)
    np.testing.assert_array_equal(found, [1, 0])
