"""Sixty-four synthetic galaxies and a recipe that trains on them within a second."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as Raster

from astrolens.config.recipe import Recipe
from astrolens.train.pack import Pack, open_pack
from astrolens.train.pool import Pool
from astrolens.train.rows import find_data

MANY = 64


def quiet(_words: str, _done: int, _every: int) -> None:
    """Tell nobody."""


def galaxy(number: int, side: int = 48) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A round or a flat blob with noise, shape (side, side, 3)."""
    chance = np.random.default_rng(number)
    y, x = np.mgrid[:side, :side] - side / 2
    flat = 0.35 if number % 2 else 1.0
    light = 190 * np.exp(-0.5 * ((x / 5) ** 2 + (y / 5 / flat) ** 2))
    tint = np.array([1.0, 0.8, 0.6])
    levels = light[..., None] * tint + chance.normal(25, 4, (side, side, 3))
    out: np.ndarray[Any, np.dtype[np.uint8]] = levels.clip(0, 255).astype(np.uint8)
    return out


def write_folder(folder: Path, labels: bool = True) -> Path:
    """PNGs 0 to 63; every eighth is marked test."""
    folder.mkdir(parents=True)
    for number in range(MANY):
        Raster.fromarray(galaxy(number)).save(folder / f"{number}.png")
    if labels:
        with (folder / "labels.csv").open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["file", "label", "tilt", "split"])
            for number in range(MANY):
                split = "test" if number % 8 == 7 else "reference"
                kind = "flat" if number % 2 else "round"
                writer.writerow([f"{number}.png", kind, number % 3 or -1, split])
    return folder


def tiny_tables(**training: Any) -> dict[str, Any]:
    return {
        "name": "tiny",
        "held_out": 0.3,
        "network": {"size": 16, "patch": 8, "width": 16, "depth": 1, "heads": 2, "feed_forward": 32},
        "preprocessing": {"crop_fraction": 0.6},
        "composites": {"share": 0.5, "refit_views": 64},
        "training": {
            "steps": 6, "batch": 16, "warmup_steps": 2, "projection": 8, "projection_hidden": 16, "log_every": 1,
            "measure_every": 0, "checkpoint_every": 3,
        }
        | training,
        "data": {
            "galaxies": {
                "classes": {"shape": {"column": "label", "names": {"round": "round", "flat": "flat"}}},
                "numbers": {"tilt": {"column": "tilt", "scale": 2.0, "missing": -1.0}},
            }
        },
    }  # fmt: skip


@pytest.fixture(scope="session")
def galaxies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``galaxies``; not to be changed."""
    return write_folder(tmp_path_factory.mktemp("data") / "galaxies")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packs, made once."""
    return tmp_path_factory.mktemp("packs")


@pytest.fixture
def make_recipe() -> Callable[..., Recipe]:
    """The tiny recipe with other choices of training."""
    return lambda **training: Recipe.model_validate(tiny_tables(**training))


@pytest.fixture
def recipe(make_recipe: Callable[..., Recipe]) -> Recipe:
    """The tiny recipe."""
    return make_recipe()


@pytest.fixture
def pack(galaxies: Path, cache: Path, recipe: Recipe) -> Pack:
    """The folder, decoded."""
    (data,) = find_data([galaxies], recipe)
    return open_pack(data, recipe, cache, threads=2, progress=quiet)


@pytest.fixture
def pool(pack: Pack, recipe: Recipe) -> Pool:
    """Its pictures."""
    torch.set_num_threads(1)
    return Pool([pack], recipe, torch.device("cpu"))
