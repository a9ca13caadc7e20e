import numpy as np
from sklearn.neighbors import NearestNeighbors

from astrolens.detect.detectors.patches import Patches
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn(make_every_head: MakeFeatures) -> None:
    normals, asked = make_every_head(50, seed=1), make_every_head(20, seed=2, odd=True)
    near = NearestNeighbors(n_neighbors=1, metric="cosine", algorithm="brute").fit(
        normals.patches.reshape(-1, 8).astype(np.float64)
    )
    distance, _ = near.kneighbors(asked.patches.reshape(-1, 8).astype(np.float64))
    worst = distance.reshape(20, 16).max(axis=1)  # a hundredth of 16 patches is one
    np.testing.assert_allclose(Patches.fit(normals, 0).score(asked), worst, atol=2e-3)
