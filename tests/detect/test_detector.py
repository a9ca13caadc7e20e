"""What holds for every detector."""

from dataclasses import replace

import numpy as np
import pytest

from astrolens.detect.detector import Detector
from astrolens.detect.features import Features
from astrolens.detect.roster import known_detectors
from tests.detect.conftest import MakeFeatures

EVERY = sorted(known_detectors())


@pytest.fixture
def normals(make_every_head: MakeFeatures) -> Features:
    return make_every_head(120, seed=1)


@pytest.fixture(params=EVERY)
def kind(request: pytest.FixtureRequest) -> type[Detector]:
    return known_detectors()[request.param]


def test_scores_are_finite_and_each_row_stands_alone(
    kind: type[Detector], normals: Features, make_every_head: MakeFeatures
) -> None:
    detector = kind.fit(normals, 5)
    asked = make_every_head(30, seed=2)
    together = detector.score(asked)
    assert together.shape == (30,)
    assert together.dtype == np.float64
    assert np.isfinite(together).all()
    alone = [detector.score(asked.take(np.array([row])))[0] for row in range(30)]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_the_same_seed_gives_the_same_detector(kind: type[Detector], normals: Features) -> None:
    np.testing.assert_array_equal(kind.fit(normals, 5).score(normals), kind.fit(normals, 5).score(normals))


def test_restored_scores_bit_for_bit(
    kind: type[Detector], normals: Features, make_every_head: MakeFeatures
) -> None:
    detector = kind.fit(normals, 5)
    asked = make_every_head(20, seed=3)
    again = kind.restore(detector.numbers(), normals)
    np.testing.assert_array_equal(again.score(asked), detector.score(asked))


@pytest.mark.parametrize(
    "name",
    [
        "mahalanobis",
        "neighbours",
        "pair",
        "shape",
        "disturbed",
        "merger",
        "pixels",
        "pixel_neighbours",
        "reconstruction",
        "patches",
    ],
)
def test_oddities_score_higher(name: str, normals: Features, make_every_head: MakeFeatures) -> None:
    if name == "pair":  # it steps back where there is a better head
        normals = replace(normals, heads={"pair": normals.heads["pair"]})
    detector = known_detectors()[name].fit(normals, 5)
    ordinary = detector.score(make_every_head(80, seed=4))
    odd = detector.score(make_every_head(80, seed=5, odd=True))
    assert np.median(odd) > np.quantile(ordinary, 0.9)


@pytest.mark.parametrize("name", ["mahalanobis", "relative_mahalanobis", "neighbours"])
def test_the_length_of_an_embedding_does_not_matter(name: str, normals: Features) -> None:
    detector = known_detectors()[name].fit(normals, 5)
    longer = replace(normals, embeddings=normals.embeddings * np.float32(4.0))
    np.testing.assert_allclose(detector.score(longer), detector.score(normals), rtol=1e-5, atol=1e-6)


def test_survives_a_source_that_always_shows_the_same(kind: type[Detector], normals: Features) -> None:
    same = normals.take(np.zeros(50, np.intp))
    assert np.isfinite(kind.fit(same, 5).score(normals)).all()
    assert np.ptp(kind.fit(same, 5).score(same)) == pytest.approx(0.0, abs=1e-6)


def test_says_when_it_has_nothing_to_read(make_every_head: MakeFeatures) -> None:
    bare = make_every_head(3, seed=6, heads=False, measured=False)
    bare = replace(bare, logits=np.zeros((3, 0), np.float32))
    applying = [name for name, kind in known_detectors().items() if kind.applies(bare)]
    assert applying == ["mahalanobis", "neighbours"]
