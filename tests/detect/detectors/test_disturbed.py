import numpy as np

from astrolens.detect.detectors.disturbed import Disturbed
from astrolens.detect.features import shape_column
from tests.detect.conftest import MakeFeatures


def test_reads_three_numbers_only(make_features: MakeFeatures) -> None:
    normals = make_features(80, seed=1)
    fitted = Disturbed.fit(normals, 1)
    before = fitted.score(normals)
    normals.shapes[:, shape_column("gini")] = 1e6
    np.testing.assert_array_equal(fitted.score(normals), before)
    normals.shapes[:, shape_column("m20")] = 1e6
    assert (fitted.score(normals) > before).any()
