from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from astrolens.detect.detectors.shape import Shape
from astrolens.detect.features import Features, shape_column
from tests.detect.conftest import MakeAnalyses


def _filled(features: Features, fitted: Shape) -> np.ndarray:
    values = features.shapes[:, fitted.columns]
    missing = np.isnan(values)
    return np.column_stack([np.where(missing, fitted.medians, values), missing.sum(axis=1)]).astype(
        np.float32
    )


@pytest.mark.parametrize("count", [40, 400])
def test_equals_scikit_learn(count: int, make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(count, seed=1))
    asked = Features.stack(make_analyses(60, seed=2))
    fitted = Shape.fit(normals, 11)
    oracle = IsolationForest(n_estimators=100, max_samples=min(256, count), random_state=11)
    oracle.fit(_filled(normals, fitted))
    np.testing.assert_allclose(fitted.score(asked), -oracle.score_samples(_filled(asked, fitted)), rtol=1e-12)


def test_what_could_not_be_measured_counts_once(make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(300, seed=1))
    fitted = Shape.fit(normals, 1)
    blind = replace(normals, shapes=np.full_like(normals.shapes, np.nan))
    assert np.isfinite(fitted.score(blind)).all()
    assert fitted.score(blind)[0] > np.median(fitted.score(normals))


def test_infinite_numbers_count_as_not_measured(make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(100, seed=1))
    fitted = Shape.fit(normals, 1)
    with_nan, with_inf = normals.shapes.copy(), normals.shapes.copy()
    with_nan[:, shape_column("gini")] = np.nan
    with_inf[:, shape_column("gini")] = np.inf
    np.testing.assert_array_equal(
        fitted.score(replace(normals, shapes=with_inf)), fitted.score(replace(normals, shapes=with_nan))
    )


def test_a_column_that_no_normal_has_is_left_out(make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(80, seed=1))
    normals.shapes[:, shape_column("asymmetry")] = np.nan
    fitted = Shape.fit(normals, 1)
    assert shape_column("asymmetry") not in fitted.columns
    # even when the fitting rows of one fold hold nothing at all
    normals.shapes[:] = np.nan
    assert np.isfinite(Shape.fit(normals, 1).score(normals)).all()


def test_the_sky_and_the_angle_are_not_read(make_analyses: MakeAnalyses) -> None:
    normals = Features.stack(make_analyses(80, seed=1))
    fitted = Shape.fit(normals, 1)
    before = fitted.score(normals)
    for name in ("sky", "sky_sigma", "orientation_deg", "half_light_radius_arcsec"):
        normals.shapes[:, shape_column(name)] = 1e6
    np.testing.assert_array_equal(fitted.score(normals), before)
