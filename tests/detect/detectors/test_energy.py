import numpy as np
from scipy.special import logsumexp

from astrolens.detect.detectors.energy import FreeEnergy
from tests.detect.conftest import MakeFeatures


def test_is_minus_logsumexp(make_features: MakeFeatures) -> None:
    asked = make_features(40, seed=1)
    by_hand = -logsumexp(asked.logits.astype(np.float64), axis=1)
    np.testing.assert_allclose(FreeEnergy.fit(asked, 0).score(asked), by_hand, rtol=1e-12)


def test_huge_logits_do_not_overflow(make_features: MakeFeatures) -> None:
    asked = make_features(2, seed=1)
    asked.logits[:] = [[1e30, 0.0, 0.0], [-1e30, -1e30, -1e30]]
    np.testing.assert_allclose(FreeEnergy.fit(asked, 0).score(asked), [-1e30, 1e30], rtol=1e-6)
