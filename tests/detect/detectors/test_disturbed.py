import numpy as np

from astrolens.detect.detectors.disturbed import Disturbed
from astrolens.detect.features import Features, shape_column
from tests.detect.conftest import MakeAnalyses


def test_reads_three_numbers_only(make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(80, seed=1))
    fitted = Disturbed.fit(normals, 1)
    before = fitted.score(normals)
    normals.shapes[:, shape_column("gini")] = 1e6
    np.testing.assert_array_equal(fitted.score(normals), before)
    normals.shapes[:, shape_column("m20")] = 1e6
    assert (fitted.score(normals) > before).any()
