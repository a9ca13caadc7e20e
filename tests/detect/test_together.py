"""Asked at once, the folds say what they say one after the other."""

from dataclasses import replace

import numpy as np
import pytest

from astrolens.detect.crossfit import cross_fit
from astrolens.detect.features import Features
from astrolens.detect.roster import Recipe, applicable, known_detectors
from astrolens.detect.together import Together
from tests.detect.conftest import MakeFeatures


def with_pixels(features: Features, seed: int) -> Features:
    random = np.random.default_rng(seed)
    return replace(
        features,
        pixels=random.normal(size=(len(features), 7)).astype(np.float32),
        miniatures=random.uniform(size=(len(features), 9)).astype(np.float32),
    )


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("rows", [1, 16])
def test_the_folds_say_the_same_together(make_features: MakeFeatures, rows: int, every: bool) -> None:
    sample, asked = with_pixels(make_features(150, seed=1), 1), with_pixels(make_features(rows, seed=2), 2)
    asked.shapes[0, :3] = np.nan
    asked.embeddings[-1] *= -9.0
    recipe = replace(Recipe(), computed=tuple(known_detectors())) if every else Recipe()
    recipe = applicable(recipe, sample)
    fit = cross_fit(sample, recipe, trim_fraction=0.02, seed=1)
    want, found = fit.judge(asked), Together.of(fit, sample).judge(asked)
    assert list(found.scores) == list(want.scores)
    for name in recipe.computed:
        np.testing.assert_allclose(found.scores[name], want.scores[name], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found.log_p[name], want.log_p[name], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.combined_log_p, want.combined_log_p, rtol=1e-9)
    np.testing.assert_allclose(found.by_fold, want.by_fold, rtol=1e-9)
