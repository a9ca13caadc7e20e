from dataclasses import replace

import numpy as np

from astrolens.detect.crossfit import cross_fit
from astrolens.detect.features import shape_column
from astrolens.detect.places import CELLS, VIEWS, view_cells, view_quartiles
from astrolens.detect.roster import Recipe
from tests.detect.conftest import MakeFeatures

RECIPE = Recipe(computed=("mahalanobis",), combined=("mahalanobis",), weights=(1.0,))


def test_each_view_fills_its_cells_and_gaps_have_their_own(make_features: MakeFeatures) -> None:
    sample = make_features(200, seed=1)
    fit = cross_fit(sample, RECIPE, trim_fraction=0.0, seed=1)
    asked = make_features(500, seed=2)
    asked.shapes[0, :] = np.nan
    asked.shapes[1, :] = 1e30
    found = view_cells(fit.judge(asked).by_fold, asked, view_quartiles(sample, fit.fold, 5), RECIPE)
    assert found.shape == (500, 5, len(VIEWS))
    assert (found[0, :, 1:] == 0).all()
    assert (found[1, :, 1:] == CELLS - 1).all()
    assert found.min() >= 0
    assert found.max() < CELLS
    for view in range(len(VIEWS)):
        assert len(np.unique(found[:, 0, view])) > 30


def test_a_fold_does_not_measure_by_its_own_normals(make_features: MakeFeatures) -> None:
    sample = make_features(100, seed=3)
    fit = cross_fit(sample, RECIPE, trim_fraction=0.0, seed=1)
    changed = replace(sample, shapes=sample.shapes.copy())
    changed.shapes[fit.fold == 0, shape_column("sky")] *= 9.0
    by_fold = np.repeat(fit.own_combined[None, :], 5, axis=0)
    before = view_cells(by_fold, sample, view_quartiles(sample, fit.fold, 5), RECIPE)
    after = view_cells(by_fold, sample, view_quartiles(changed, fit.fold, 5), RECIPE)
    sky = VIEWS.index("sky")
    np.testing.assert_array_equal(after[:, 0, sky], before[:, 0, sky])
    assert (after[:, 1, sky] != before[:, 1, sky]).any()


def test_a_source_without_shapes_stands_still(make_features: MakeFeatures) -> None:
    sample = make_features(60, seed=4, measured=False)
    fit = cross_fit(sample, RECIPE, trim_fraction=0.0, seed=1)
    by_fold = fit.judge(sample).by_fold
    assert (view_cells(by_fold, sample, view_quartiles(sample, fit.fold, 5), RECIPE)[:, :, 1:] == 0).all()
