import numpy as np
from sklearn.neighbors import NearestNeighbors

from astrolens.detect.detectors.neighbours import Neighbours
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn(make_features: MakeFeatures) -> None:
    normals = make_features(300, seed=1)
    asked = make_features(1500, seed=2)  # more than one block
    oracle = NearestNeighbors(n_neighbors=10, metric="cosine", algorithm="brute").fit(normals.embeddings)
    distance, _ = oracle.kneighbors(asked.embeddings)
    np.testing.assert_allclose(Neighbours.fit(normals, 0).score(asked), distance.mean(axis=1), atol=2e-6)


def test_fewer_normals_than_neighbours(make_features: MakeFeatures) -> None:
    few = make_features(3, seed=3)
    asked = make_features(5, seed=4)
    by_hand = 1.0 - (asked.directions() @ few.directions().T).mean(axis=1)
    np.testing.assert_allclose(Neighbours.fit(few, 0).score(asked), by_hand, atol=1e-6)
