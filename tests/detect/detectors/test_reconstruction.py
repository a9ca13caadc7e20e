import numpy as np
from sklearn.decomposition import PCA

from astrolens.detect.detectors.reconstruction import Reconstruction
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn(make_every_head: MakeFeatures) -> None:
    normals, asked = make_every_head(40, seed=1), make_every_head(60, seed=2, odd=True)
    rows = asked.miniatures.astype(np.float64)
    oracle = PCA(n_components=36, svd_solver="full").fit(normals.miniatures.astype(np.float64))
    oracle.components_ = oracle.components_[:36]
    fitted = Reconstruction.fit(normals, 0)
    drawn = oracle.inverse_transform(oracle.transform(rows))
    np.testing.assert_allclose(fitted.score(asked), ((rows - drawn) ** 2).mean(axis=1), atol=1e-9)


def test_fewer_components_than_pixels_leave_something_over(make_every_head: MakeFeatures) -> None:
    normals, asked = make_every_head(12, seed=1), make_every_head(50, seed=2, odd=True)
    oracle = PCA(n_components=11, svd_solver="full").fit(normals.miniatures.astype(np.float64))
    rows = asked.miniatures.astype(np.float64)
    left = ((rows - oracle.inverse_transform(oracle.transform(rows))) ** 2).mean(axis=1)
    np.testing.assert_allclose(Reconstruction.fit(normals, 0).score(asked), left, rtol=1e-5)
    assert left.min() > 0.0
