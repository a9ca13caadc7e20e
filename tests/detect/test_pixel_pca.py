import numpy as np

from astrolens.detect.pixel_pca import PixelPca
from tests.detect.conftest import MakeFeatures


def test_components_are_orthonormal_and_a_gap_is_the_mean_picture(make_every_head: MakeFeatures) -> None:
    rows = make_every_head(30, seed=1)
    rows.miniatures[4] = np.nan
    pca = PixelPca.of(rows)
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(len(pca.components)), atol=1e-9)
    assert len(pca.components) == 28
    assert (pca.centred(rows)[4] == 0.0).all()
    again = PixelPca.restore_pca(pca.numbers())
    np.testing.assert_array_equal(again.centred(rows), pca.centred(rows))
