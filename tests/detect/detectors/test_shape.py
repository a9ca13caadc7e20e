import numpy as np

from astrolens.detect.detectors.shape import Shape
from astrolens.detect.features import shape_column
from tests.detect.conftest import MakeFeatures


def test_the_sky_and_the_angle_are_not_read(make_features: MakeFeatures) -> None:
    normals = make_features(80, seed=1)
    fitted = Shape.fit(normals, 1)
    before = fitted.score(normals)
    for name in ("sky", "sky_sigma", "orientation_deg", "half_light_radius_arcsec"):
        normals.shapes[:, shape_column(name)] = 1e6
    np.testing.assert_array_equal(fitted.score(normals), before)
