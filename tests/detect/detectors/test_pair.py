from dataclasses import replace

import numpy as np

from astrolens.detect.detectors.pair import SecondGalaxy
from tests.detect.conftest import MakeFeatures


def test_is_the_head_itself(make_features: MakeFeatures) -> None:
    asked = make_features(9, seed=1)
    np.testing.assert_array_equal(SecondGalaxy.fit(asked, 0).score(asked), asked.heads["pair"])


def test_does_not_apply_without_the_head(make_features: MakeFeatures) -> None:
    assert not SecondGalaxy.applies(make_features(2, seed=1, heads=False))


def test_steps_back_where_a_merger_head_holds_it(make_features: MakeFeatures) -> None:
    asked = make_features(3, seed=1)
    assert SecondGalaxy.applies(asked)
    assert not SecondGalaxy.applies(replace(asked, heads={**asked.heads, "merger": asked.heads["pair"]}))
