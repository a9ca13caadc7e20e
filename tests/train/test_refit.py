import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from astrolens.config.recipe import Recipe
from astrolens.train.network import build_student
from astrolens.train.pool import Pool
from astrolens.train.refit import fit_logistic, refit_heads
from tests.train.conftest import quiet


def test_weights_are_in_the_units_of_the_numbers() -> None:
    chance = np.random.default_rng(0)
    features = (chance.normal(size=(300, 4)) * [1, 10, 0.1, 1] + [0, 50, -3, 0]).astype(np.float32)
    yes = features[:, 1] + 10 * chance.normal(size=300) > 55
    weight, bias = fit_logistic(features, yes, 0.1)
    standard = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    oracle = LogisticRegression(C=0.1, class_weight="balanced").fit(standard, yes)
    np.testing.assert_allclose(features @ weight[0] + bias[0], oracle.decision_function(standard), atol=1e-2)
    weaker, _ = fit_logistic(features, yes, 10.0)
    assert np.linalg.norm(weaker) > np.linalg.norm(weight)


def test_only_two_heads_change_and_the_same_way_each_time(recipe: Recipe, pool: Pool) -> None:
    before = build_student(recipe, pool.targets).state_dict()
    after = []
    for _ in range(2):
        student = build_student(recipe, pool.targets).eval()
        refit_heads(student["network"], student["heads"], pool, recipe, quiet)
        after.append(student.state_dict())
    changed = {name for name, value in before.items() if not torch.equal(value, after[0][name])}
    assert changed == {f"heads.{head}.{part}" for head in ("pair", "artefact") for part in ("weight", "bias")}
    assert all(torch.equal(value, after[1][name]) for name, value in after[0].items())
