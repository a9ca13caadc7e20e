import numpy as np
import pytest

from astrolens.detect.detectors.gen import GeneralisedEntropy
from tests.detect.conftest import MakeFeatures


def test_by_hand(make_features: MakeFeatures) -> None:
    asked = make_features(2, seed=1)
    asked.logits[:] = np.log([[0.5, 0.25, 0.25], [0.98, 0.01, 0.01]])
    by_hand = [sum((p * (1.0 - p)) ** 0.1 for p in row) for row in ((0.5, 0.25, 0.25), (0.98, 0.01, 0.01))]
    found = GeneralisedEntropy.fit(asked, 0).score(asked)
    np.testing.assert_allclose(found, by_hand, rtol=1e-6)
    assert found[0] > found[1]


def test_as_pytorch_ood(make_features: MakeFeatures) -> None:
    detector = pytest.importorskip("pytorch_ood.detector")
    torch = pytest.importorskip("torch")
    if not hasattr(detector, "GEN"):
        pytest.skip("this pytorch-ood has no GEN")
    asked = make_features(50, seed=2)
    oracle = detector.GEN.score(torch.tensor(asked.logits, dtype=torch.float64), gamma=0.1, k=3)
    np.testing.assert_allclose(GeneralisedEntropy.fit(asked, 0).score(asked), oracle.numpy(), rtol=1e-6)


def test_huge_logits_do_not_overflow(make_features: MakeFeatures) -> None:
    asked = make_features(1, seed=1)
    asked.logits[:] = [[1e30, 0.0, -1e30]]
    assert GeneralisedEntropy.fit(asked, 0).score(asked)[0] == 0.0
