import os
import shutil
from pathlib import Path

import numpy as np

from astrolens.analyse.preprocess import to_network_input
from astrolens.config.recipe import Recipe
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.models.preprocessing import Preprocessing
from astrolens.train.pack import Pack, open_pack, preprocessing_of
from astrolens.train.rows import find_data
from tests.train.conftest import quiet, write_folder


def test_inputs_are_those_of_inference(pack: Pack, recipe: Recipe) -> None:
    file = pack.rows[9].file
    assert file is not None
    wanted = to_network_input(read_image(file, DecodeLimits()), preprocessing_of(recipe))
    np.testing.assert_allclose(pack.inputs[9] / 127.5 - 1.0, wanted, atol=1e-6)
    assert pack.wide.shape == (56, 3, 24, 24)
    assert abs(pack.base - 1 / 1.5) < 1e-9


def test_test_rows_are_never_opened(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "galaxies")
    for number in range(7, 64, 8):
        (folder / f"{number}.png").unlink()
        os.mkfifo(folder / f"{number}.png")  # to open it would wait for ever
    (data,) = find_data([folder], recipe)
    pack = open_pack(data, recipe, tmp_path / "cache", threads=2, progress=quiet)
    assert len(pack.rows) == 56
    assert pack.skipped == {}


def test_unreadable_pictures_are_counted_and_left_out(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "galaxies")
    (folder / "0.png").write_bytes(b"")
    (folder / "2.png").write_bytes((folder / "3.png").read_bytes()[:60])
    (data,) = find_data([folder], recipe)
    pack = open_pack(data, recipe, tmp_path / "cache", threads=1, progress=quiet)
    assert sum(pack.skipped.values()) == 2
    assert pack.skipped["the file is empty"] == 1
    assert [row.key for row in pack.rows][:3] == ["1", "3", "4"]
    assert pack.wide[0].any()


def test_crop_of_the_data_set_holds(galaxies: Path, tmp_path: Path, recipe: Recipe) -> None:
    how = recipe.data["galaxies"].model_copy(update={"crop_fraction": 0.9})
    recipe = recipe.model_copy(update={"data": {"galaxies": how}})
    (data,) = find_data([galaxies], recipe)
    pack = open_pack(data, recipe, tmp_path, threads=1, progress=quiet)
    file = pack.rows[0].file
    assert file is not None
    wanted = to_network_input(read_image(file, DecodeLimits()), Preprocessing(size=16, crop_fraction=0.9))
    np.testing.assert_allclose(pack.inputs[0] / 127.5 - 1.0, wanted, atol=1e-6)
    assert pack.base == 0.9  # the picture ends before the headroom does


def test_pack_is_made_once_and_anew_when_a_file_changes(
    galaxies: Path, tmp_path: Path, recipe: Recipe
) -> None:
    folder = tmp_path / "galaxies"
    shutil.copytree(galaxies, folder)
    told: list[str] = []
    for _ in range(2):
        (data,) = find_data([folder], recipe)
        open_pack(
            data, recipe, tmp_path / "c", threads=1, progress=lambda words, _done, _all: told.append(words)
        )
    assert told == ["reading galaxies"]
    (folder / "0.png").write_bytes((folder / "1.png").read_bytes())
    (data,) = find_data([folder], recipe)
    pack = open_pack(data, recipe, tmp_path / "c", threads=1, progress=quiet)
    assert np.array_equal(pack.inputs[0], pack.inputs[1])
