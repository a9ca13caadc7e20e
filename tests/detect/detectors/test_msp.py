import numpy as np
import pytest
from scipy.special import softmax

from astrolens.detect.detectors.msp import MaximumSoftmax
from tests.detect.conftest import MakeFeatures


def test_is_the_log_of_one_minus_the_largest_probability(make_features: MakeFeatures) -> None:
    asked = make_features(40, seed=1)
    left = 1.0 - softmax(asked.logits.astype(np.float64), axis=1).max(axis=1)
    np.testing.assert_allclose(MaximumSoftmax.fit(asked, 0).score(asked), np.log(left), rtol=1e-6)


def test_orders_the_very_sure_too(make_features: MakeFeatures) -> None:
    asked = make_features(3, seed=1)
    asked.logits[:] = [[900.0, 0.0, 0.0], [1000.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    score = MaximumSoftmax.fit(asked, 0).score(asked)
    assert score[1] < score[0] < score[2]
    assert score[2] == pytest.approx(np.log(2.0 / 3.0))
