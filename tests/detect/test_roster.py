from math import inf

import pytest

from astrolens.detect.roster import Recipe, applicable, known_detectors
from tests.detect.conftest import MakeFeatures


def test_names_are_those_of_the_detectors() -> None:
    assert all(name == kind.name for name, kind in known_detectors().items())


def test_leaves_out_what_does_not_apply(make_features: MakeFeatures) -> None:
    bare = make_features(4, seed=1, heads=False, measured=False)
    found = applicable(Recipe(), bare)
    assert found.computed == ("msp", "energy", "mahalanobis", "neighbours")
    assert found.combined == ("mahalanobis",)
    assert found.weights == (1.0,)


def test_helpers_are_capped_unless_they_are_alone(make_every_head: MakeFeatures) -> None:
    full = applicable(Recipe(), make_every_head(20, seed=1))
    assert dict(zip(full.combined, full.caps, strict=True)) == {
        "mahalanobis": inf, "merger": inf, "disturbed": 2.0, "artefact": 2.0, "pixels": 2.0
    }  # fmt: skip
    alone = Recipe(computed=("shape", "disturbed"), combined=("disturbed",), weights=(1.0,))
    assert applicable(alone, make_every_head(20, seed=1)).caps == (inf,)


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        (Recipe(computed=("msp", "magic")), "magic"),
        (Recipe(computed=("msp",), combined=("pair",), weights=(1.0,)), "not computed"),
        (Recipe(weights=(1.0, 1.0)), "weights"),
        (Recipe(weights=(1.0, 1.0, 1.0, 1.0, 1.0, 0.0)), "above 0"),
        (Recipe(folds=1), "at least 2"),
        (Recipe(helper_cap=0.0), "helper_cap"),
        (Recipe(computed=("pair",), combined=("pair",), weights=(1.0,)), "none of the deciding"),
    ],
)
def test_refuses_a_recipe_that_cannot_work(recipe: Recipe, says: str, make_features: MakeFeatures) -> None:
    with pytest.raises(ValueError, match=says):
        applicable(recipe, make_features(4, seed=1, heads=False))
