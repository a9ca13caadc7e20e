from pathlib import Path

import numpy as np
import pytest
import torch

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.pack import Pack, open_pack
from astrolens.train.pool import Pool
from astrolens.train.rows import find_data
from tests.train.conftest import quiet, write_folder


def test_split_is_of_objects_and_repeats(pool: Pool, pack: Pack, recipe: Recipe) -> None:
    assert not set(pool.training) & set(pool.held_out)
    assert len(pool.training) + len(pool.held_out) == len(pool) == 56
    assert 5 <= len(pool.held_out) <= 30
    twice = Pool([pack, pack], recipe, torch.device("cpu"))
    held = {twice.keys[number] for number in twice.held_out}
    assert held.isdisjoint(twice.keys[number] for number in twice.training)
    assert len(twice.held_out) == 2 * len(pool.held_out)


def test_targets(pool: Pool) -> None:
    assert pool.targets.class_names == {"shape": ("round", "flat")}
    odd = np.array([int(key) % 2 for key in pool.keys])
    assert np.array_equal(pool.targets.classes["shape"], odd)
    tilt = pool.targets.numbers["tilt"]
    wanted = [number % 3 / 2 if number % 3 else np.nan for number in map(int, pool.keys)]
    np.testing.assert_allclose(tilt, wanted)


def test_sets_without_a_label_leave_it_unknown(pack: Pack, tmp_path: Path, recipe: Recipe) -> None:
    (data,) = find_data([write_folder(tmp_path / "plain", labels=False)], recipe)
    plain = open_pack(data, recipe, tmp_path / "c", threads=1, progress=quiet)
    both = Pool([plain, pack], recipe, torch.device("cpu"))
    assert (both.targets.classes["shape"][:64] == -1).all()
    assert np.isnan(both.targets.numbers["tilt"][:64]).all()
    numbers = np.array([0, 64, 63, 119])
    pictures, base = both.wide(numbers)
    assert torch.allclose(pictures[1] * 255, torch.from_numpy(np.array(pack.wide[0])).float())
    assert torch.allclose(both.inputs(numbers)[3] * 255, torch.from_numpy(np.array(pack.inputs[55])).float())
    assert base.shape == (4,)


def test_too_few_pictures(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "plain", labels=False)
    for number in range(4, 64):
        (folder / f"{number}.png").write_bytes(b"")
    (data,) = find_data([folder], recipe)
    pack = open_pack(data, recipe, tmp_path / "c", threads=1, progress=quiet)
    with pytest.raises(ConfigError, match="want at least 8 \\(60 could not be read\\)"):
        Pool([pack], recipe, torch.device("cpu"))
