from dataclasses import replace

import numpy as np

from astrolens.detect.detectors.shape import Shape
from astrolens.detect.features import shape_column
from tests.detect.conftest import MakeFeatures


def test_what_could_not_be_measured_counts_once(make_features: MakeFeatures) -> None:
    normals = make_features(300, seed=1)
    fitted = Shape.fit(normals, 1)
    blind = replace(normals, shapes=np.full_like(normals.shapes, np.nan))
    assert np.isfinite(fitted.score(blind)).all()
    assert fitted.score(blind)[0] > np.median(fitted.score(normals))


def test_infinite_numbers_count_as_not_measured(make_features: MakeFeatures) -> None:
    normals = make_features(100, seed=1)
    fitted = Shape.fit(normals, 1)
    with_nan, with_inf = normals.shapes.copy(), normals.shapes.copy()
    with_nan[:, shape_column("gini")] = np.nan
    with_inf[:, shape_column("gini")] = np.inf
    np.testing.assert_array_equal(
        fitted.score(replace(normals, shapes=with_inf)), fitted.score(replace(normals, shapes=with_nan))
    )


def test_a_column_that_no_normal_has_is_left_out(make_features: MakeFeatures) -> None:
    normals = make_features(80, seed=1)
    normals.shapes[:, shape_column("asymmetry")] = np.nan
    fitted = Shape.fit(normals, 1)
    assert shape_column("asymmetry") not in fitted.columns
    # even when the fitting rows of one fold hold nothing at all
    normals.shapes[:] = np.nan
    assert np.isfinite(Shape.fit(normals, 1).score(normals)).all()
