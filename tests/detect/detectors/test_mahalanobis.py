import numpy as np
from sklearn.covariance import LedoitWolf

from astrolens.detect.detectors.mahalanobis import Mahalanobis
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn_on_normalised_rows(make_features: MakeFeatures) -> None:
    normals = make_features(200, seed=1)
    asked = make_features(50, seed=2)
    oracle = LedoitWolf().fit(normals.directions())
    np.testing.assert_allclose(
        Mahalanobis.fit(normals, 0).score(asked), oracle.mahalanobis(asked.directions()), rtol=1e-3
    )


def test_fewer_normals_than_dimensions(make_features: MakeFeatures) -> None:
    few = make_features(6, seed=3)
    fitted = Mahalanobis.fit(few, 0)
    odd = make_features(20, seed=4, odd=True)
    assert np.median(fitted.score(odd)) > fitted.score(few).max()
