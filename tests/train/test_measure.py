from collections.abc import Callable

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from astrolens.config.recipe import Recipe
from astrolens.train.measure import QUICK, Effort, auroc, embed_inputs, measure
from astrolens.train.network import build_student
from astrolens.train.pool import Pool
from astrolens.train.step import take_step
from tests.train.test_step import fresh


def test_numbers_have_intervals_and_repeat(recipe: Recipe, pool: Pool) -> None:
    student = build_student(recipe, pool.targets).eval()
    first, again = (measure(student["network"], student["heads"], pool, recipe, Effort()) for _ in range(2))
    assert first == again
    names = [one.name for one in first]
    assert names[:3] == [
        "shape: head, accuracy", "shape: 10 nearest neighbours, accuracy", "shape: linear probe, accuracy"
    ]  # fmt: skip
    assert len(names) == 9
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in first)
    assert all(one.pictures == len(pool.held_out) for one in first)


def test_a_trained_network_knows_flat_from_round(make_recipe: Callable[..., Recipe], pool: Pool) -> None:
    recipe = make_recipe(steps=60, learning_rate=5e-3, warmup_steps=5)
    trainee = fresh(recipe, pool)
    for _ in range(60):
        take_step(trainee, pool, recipe)
    found = measure(trainee.student["network"], trainee.student["heads"], pool, recipe, QUICK)
    assert found[0].value > 0.8
    assert "probe" not in " ".join(one.name for one in found)


def test_embeddings_do_not_depend_on_their_batch(recipe: Recipe, pool: Pool) -> None:
    torch.manual_seed(0)
    network = build_student(recipe, pool.targets)["network"].eval()
    whole = embed_inputs(network, pool, np.arange(56), recipe)
    assert whole.shape == (56, 32)
    np.testing.assert_allclose(whole[50:], embed_inputs(network, pool, np.arange(50, 56), recipe), atol=1e-5)
    assert embed_inputs(network, pool, np.arange(0), recipe).shape == (0, 32)


def test_auroc_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(0)
    clean, odd = (chance.integers(0, 9, many).astype(np.float32) for many in (40, 30))
    oracle = roc_auc_score(np.r_[np.zeros(40), np.ones(30)], np.r_[clean, odd])
    assert abs(auroc(clean, odd) - float(oracle)) < 1e-12
