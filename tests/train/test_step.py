from collections.abc import Callable

import numpy as np
import torch

from astrolens.config.recipe import Recipe, TrainingRecipe
from astrolens.train.checkpoint import Trainee
from astrolens.train.network import build_student
from astrolens.train.pool import Pool
from astrolens.train.step import batch_of, generator_for, learning_rate, take_step


def fresh(recipe: Recipe, pool: Pool) -> Trainee:
    student = build_student(recipe, pool.targets)
    return Trainee(student=student, optimiser=torch.optim.AdamW(student.parameters(), lr=1e-3), mean={})


def test_rate_rises_and_falls() -> None:
    how = TrainingRecipe(steps=100, warmup_steps=10, learning_rate=1.0, final_rate=0.1)
    rates = [learning_rate(step, how) for step in range(101)]
    assert rates[0] == 0.1
    assert rates[9] == rates[10] == max(rates) == 1.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert abs(rates[100] - 0.1) < 1e-12


def test_every_picture_comes_once_in_a_pass() -> None:
    seen = np.concatenate([batch_of(step, 8, 20, seed=3) for step in range(5)])
    assert sorted(seen[:20]) == sorted(seen[20:]) == list(range(20))
    assert list(seen[:20]) != list(seen[20:])


def test_chance_depends_on_purpose_seed_and_number() -> None:
    drawn = {
        float(torch.rand(1, generator=generator_for(*arguments, torch.device("cpu"))))
        for arguments in (("a", 0, 0), ("b", 0, 0), ("a", 1, 0), ("a", 0, 1), ("a", 0, 0))
    }
    assert len(drawn) == 4


def test_same_seed_same_losses(recipe: Recipe, pool: Pool) -> None:
    curves = []
    for _ in range(2):
        trainee = fresh(recipe, pool)
        curves.append([take_step(trainee, pool, recipe) for _ in range(4)])
        torch.rand(7)  # torch's own chance must not matter
    assert curves[0] == curves[1]
    assert set(curves[0][0]) == {"loss", "contrast", "class", "number", "composite", "learning_rate"}
    other = recipe.model_copy(update={"seed": 9})
    assert take_step(fresh(other, pool), pool, other)["loss"] != curves[0][0]["loss"]


def test_it_learns(make_recipe: Callable[..., Recipe], pool: Pool) -> None:
    recipe = make_recipe(steps=60, learning_rate=5e-3, warmup_steps=5)
    trainee = fresh(recipe, pool)
    losses = [take_step(trainee, pool, recipe) for _ in range(60)]
    assert np.mean([each["loss"] for each in losses[-10:]]) < 0.9 * np.mean(
        [each["loss"] for each in losses[:5]]
    )
    assert np.mean([each["class"] for each in losses[-10:]]) < 0.65


def test_running_mean_follows_the_weights(make_recipe: Callable[..., Recipe], pool: Pool) -> None:
    recipe = make_recipe(ema_decay=0.9)
    trainee = fresh(recipe, pool)
    for _ in range(3):
        take_step(trainee, pool, recipe)
    now = trainee.student.state_dict()
    assert set(trainee.mean) == set(now)
    assert not torch.equal(trainee.mean["heads.pair.weight"], now["heads.pair.weight"])
    assert torch.allclose(trainee.mean["heads.pair.weight"], now["heads.pair.weight"], atol=1e-2)
