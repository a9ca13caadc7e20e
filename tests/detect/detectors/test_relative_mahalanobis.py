import numpy as np
from sklearn.covariance import LedoitWolf

from astrolens.detect.detectors.relative_mahalanobis import RelativeMahalanobis
from tests.detect.conftest import MakeFeatures


def test_is_nearest_class_less_background(make_features: MakeFeatures) -> None:
    normals = make_features(300, seed=1)
    asked = make_features(40, seed=2)
    rows, query = normals.directions(), asked.directions()
    member = normals.logits.argmax(axis=1)
    centres = {k: rows[member == k].mean(axis=0) for k in np.unique(member)}
    shared = LedoitWolf(assume_centered=True).fit(rows - np.stack([centres[k] for k in member]))
    nearest = np.min([shared.mahalanobis(query - centre) for centre in centres.values()], axis=0)
    by_hand = nearest - LedoitWolf().fit(rows).mahalanobis(query)
    np.testing.assert_allclose(
        RelativeMahalanobis.fit(normals, 0).score(asked), by_hand, rtol=1e-3, atol=1e-2
    )


def test_a_class_without_normals_is_no_class(make_features: MakeFeatures) -> None:
    normals = make_features(60, seed=3)
    normals.logits[:] = [1.0, 0.0, 0.0]
    fitted = RelativeMahalanobis.fit(normals, 0)
    assert len(fitted.centres) == 1
    np.testing.assert_allclose(fitted.score(normals), 0.0, atol=1e-9)
