from typing import ClassVar

from astrolens.detect.head_score import HeadScore
from tests.detect.conftest import MakeFeatures


class Better(HeadScore):
    name: ClassVar[str] = "better"
    head: ClassVar[str] = "pair"
    better_head: ClassVar[str] = "merger"


def test_a_better_head_goes_first(make_features: MakeFeatures, make_every_head: MakeFeatures) -> None:
    assert Better.applies(make_features(2, seed=1))
    assert not Better.applies(make_every_head(2, seed=1))
    assert Better.fit(make_features(2, seed=1), 0).numbers() == {}
