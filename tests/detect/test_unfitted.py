from astrolens.detect.detectors.energy import FreeEnergy
from astrolens.detect.detectors.pair import SecondGalaxy
from astrolens.detect.unfitted import Unfitted
from tests.detect.conftest import MakeFeatures


def test_it_is_kept_as_nothing_and_comes_back_the_same(make_features: MakeFeatures) -> None:
    features = make_features(6, seed=1)
    for kind in (FreeEnergy, SecondGalaxy):
        fitted = kind.fit(features, 0)
        assert isinstance(fitted, Unfitted)
        assert fitted.numbers() == {}
        restored = kind.restore({}, features)
        assert type(restored) is kind
        assert (restored.score(features) == fitted.score(features)).all()
