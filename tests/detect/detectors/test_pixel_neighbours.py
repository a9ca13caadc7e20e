import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from astrolens.detect.detectors.pixel_neighbours import PixelNeighbours
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn(make_every_head: MakeFeatures) -> None:
    normals, asked = make_every_head(30, seed=1), make_every_head(60, seed=2)
    pca = PCA(n_components=29, svd_solver="full").fit(normals.miniatures.astype(np.float64))
    near = NearestNeighbors(n_neighbors=10).fit(pca.transform(normals.miniatures.astype(np.float64)))
    distance, _ = near.kneighbors(pca.transform(asked.miniatures.astype(np.float64)))
    np.testing.assert_allclose(PixelNeighbours.fit(normals, 0).score(asked), distance.mean(axis=1), rtol=1e-6)
