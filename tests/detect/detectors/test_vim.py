import numpy as np
from scipy.special import logsumexp
from sklearn.decomposition import PCA

from astrolens.detect.detectors.vim import VirtualLogit
from tests.detect.conftest import MakeFeatures


def test_as_by_principal_components(make_features: MakeFeatures) -> None:
    normals, asked = make_features(300, seed=1), make_features(40, seed=2, odd=True)
    kept = normals.embeddings.shape[1] // 3

    def residual(rows: np.ndarray) -> np.ndarray:
        pca = PCA(kept, svd_solver="full").fit(normals.embeddings.astype(np.float64))
        return np.asarray(np.linalg.norm(rows - pca.inverse_transform(pca.transform(rows)), axis=1))

    scale = abs(normals.logits.max(axis=1).mean()) / residual(normals.embeddings.astype(np.float64)).mean()
    by_hand = scale * residual(asked.embeddings.astype(np.float64)) - logsumexp(
        asked.logits.astype(np.float64), axis=1
    )
    np.testing.assert_allclose(VirtualLogit.fit(normals, 0).score(asked), by_hand, rtol=1e-4)


def test_finds_what_leaves_the_space_of_the_normals(make_features: MakeFeatures) -> None:
    normals = make_features(300, seed=1)
    detector = VirtualLogit.fit(normals, 0)
    plain = detector.score(make_features(100, seed=3))
    odd = detector.score(make_features(100, seed=4, odd=True))
    assert np.median(odd) > np.quantile(plain, 0.9)


def test_does_not_apply_without_classes(make_features: MakeFeatures) -> None:
    assert VirtualLogit.applies(make_features(2, seed=1))
