import numpy as np

from astrolens.detect.detectors.pair import SecondGalaxy
from astrolens.detect.features import Features
from tests.detect.conftest import MakeAnalyses


def test_is_the_head_itself(make_analyses: MakeAnalyses) -> None:
    asked = Features.stack(make_analyses(9, seed=1))
    np.testing.assert_array_equal(SecondGalaxy.fit(asked, 0).score(asked), asked.heads["pair"])


def test_does_not_apply_without_the_head(make_analyses: MakeAnalyses) -> None:
    assert not SecondGalaxy.applies(Features.stack(make_analyses(2, seed=1, heads=False)))
