from typing import ClassVar

import pytest

from astrolens.detect.logit_score import LogitScore
from tests.detect.conftest import MakeFeatures


class Three(LogitScore):
    name: ClassVar[str] = "three"
    fewest_classes: ClassVar[int] = 4


def test_asks_for_classes_and_a_formula(make_features: MakeFeatures) -> None:
    assert not Three.applies(make_features(2, seed=1))
    with pytest.raises(TypeError, match="abstract"):
        Three.fit(make_features(2, seed=1), 0)
