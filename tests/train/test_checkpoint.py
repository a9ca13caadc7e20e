from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.checkpoint import STATE, load_state, save_state
from astrolens.train.pool import Pool
from astrolens.train.step import take_step
from tests.train.test_step import fresh


def test_a_loaded_run_goes_on_as_if_nothing_happened(
    make_recipe: Callable[..., Recipe], pool: Pool, tmp_path: Path
) -> None:
    recipe = make_recipe(ema_decay=0.9)
    whole = fresh(recipe, pool)
    for _ in range(3):
        take_step(whole, pool, recipe)
    save_state(tmp_path / STATE, whole, {"seed": 0})
    again = fresh(recipe, pool)
    load_state(tmp_path / STATE, again, {"seed": 0})
    assert again.step == 3
    assert [take_step(whole, pool, recipe) for _ in range(3)] == [
        take_step(again, pool, recipe) for _ in range(3)
    ]
    for left, right in ((whole.student.state_dict(), again.student.state_dict()), (whole.mean, again.mean)):
        assert all(torch.equal(value, right[name]) for name, value in left.items())


def test_another_run_is_refused_by_name(recipe: Recipe, pool: Pool, tmp_path: Path) -> None:
    save_state(tmp_path / STATE, fresh(recipe, pool), {"training.batch": 16, "seed": 0})
    with pytest.raises(ConfigError, match=r"begun with training\.batch = 16, now it is 32"):
        load_state(tmp_path / STATE, fresh(recipe, pool), {"training.batch": 32, "seed": 0})


@pytest.mark.parametrize("keep", [0, 5, 400])
def test_damaged_state(recipe: Recipe, pool: Pool, tmp_path: Path, keep: int) -> None:
    save_state(tmp_path / STATE, fresh(recipe, pool), {})
    (tmp_path / STATE).write_bytes((tmp_path / STATE).read_bytes()[:keep])
    with pytest.raises(ConfigError, match="remove it to start afresh"):
        load_state(tmp_path / STATE, fresh(recipe, pool), {})
