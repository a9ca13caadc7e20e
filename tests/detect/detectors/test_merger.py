from dataclasses import replace

import numpy as np

from astrolens.detect.detectors.merger import Merger
from tests.detect.conftest import MakeFeatures


def test_is_the_head_itself(make_features: MakeFeatures) -> None:
    asked = make_features(9, seed=1)
    asked = replace(asked, heads={"merger": asked.heads["pair"]})
    np.testing.assert_array_equal(Merger.fit(asked, 0).score(asked), asked.heads["merger"])


def test_does_not_apply_without_the_head(make_features: MakeFeatures) -> None:
    assert not Merger.applies(make_features(2, seed=1))
