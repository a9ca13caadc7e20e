"""Heads from labels: on a tiny encoder and pictures that differ in brightness."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from safetensors.numpy import load_file

from astrolens.config.head_recipe import HeadsRecipe, load_head_recipe
from astrolens.domain.errors import BadData, ConfigError
from astrolens.models.folder import int8_is_proven, load_head_meanings, model_id
from astrolens.models.heads import LinearHeads
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.train.embeddings import embed_set
from astrolens.train.head_card import with_section
from astrolens.train.head_fit import draw_ordinary
from astrolens.train.heads import train_heads
from astrolens.train.labels import read_labels
from astrolens.train.material import LOOK_ALIKE, NOT_THERE, HeadJob, Material, gather
from astrolens.train.rows import find_data
from tests.models.tiny import DIMENSION, write_tiny_model
from tests.train.conftest import quiet

pytestmark = pytest.mark.timeout(120)
MANY = 120
TABLES: dict[str, Any] = {
    "folds": 3,
    "apart_cosine": 0.9999999,
    "ordinary": {"sky": {"number": 40, "below": {"pair": 0.9}}},
    "heads": {
        "merger": {"yes": ["m"], "no": {"n": 0.4}, "ordinary": {"sky": 0.6}, "c": 0.1, "plus": {"pair": 0.5}},
        "artefact": {"yes": ["a"], "ordinary": {"sky": 1.0}},
    },
    "data": {
        "sky": {
            "classes": {"tone": {"column": "tone", "names": {"warm": "warm", "cold": "cold", "c": "cold"}}}
        }
    },
}


def picture(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Kind 0 is two blobs, 1 a band, else one blob; even numbers are warm."""
    chance = np.random.default_rng(number)
    y, x = np.mgrid[:32, :32] - 15.5
    light = np.exp(-(x**2 + y**2) / 14)
    if number % 4 == 0:
        light = light + np.exp(-((x - 6) ** 2 + (y - 5) ** 2) / 10)
    if number % 4 == 1:
        light[12:20] += 0.8
    tint = np.array([1.0, 0.7, 0.4] if number % 2 else [0.4, 0.7, 1.0])
    levels = 150 * light[..., None] * tint + chance.normal(30, 6, (32, 32, 3))
    out: np.ndarray[Any, np.dtype[np.uint8]] = levels.clip(0, 255).astype(np.uint8)
    return out


def write_sky(folder: Path) -> Path:
    """Pictures with a split and a class; every tenth is marked test."""
    folder.mkdir(parents=True)
    with (folder / "labels.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "tone", "split"])
        for number in range(MANY):
            PIL.Image.fromarray(picture(number)).save(folder / f"{number}.png")
            tone = "warm" if number % 2 else "cold"
            table.writerow([f"{number}.png", tone, "test" if number % 10 == 9 else "reference"])
    return folder


def write_labels(file: Path) -> Path:
    """Labels of most kinds; 9 is marked test, 999 is nowhere."""
    lines = ["set,key,label", 'sky,"999",m', "sky,9,a"]
    for number in range(80):
        if number % 10 != 9 and (word := {0: "m", 1: "a", 2: "n"}.get(number % 4)):
            lines.append(f"sky,{number},{word}")
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encoder, pictures and labels; not to be changed."""
    place = tmp_path_factory.mktemp("heads")
    write_tiny_model(place / "model")
    (place / "model" / "precision.json").write_text(
        json.dumps({"int8_measured_for": model_id(place / "model")})
    )
    write_sky(place / "sky")
    write_labels(place / "labels.csv")
    (place / "apart").mkdir()
    for number in (0, 1, 3):
        shutil.copy(place / "sky" / f"{number}.png", place / "apart")
    return place


@pytest.fixture
def job(places: Path, tmp_path: Path) -> HeadJob:
    """All of it, with the apart pictures."""
    return HeadJob(
        source=places / "model", out=tmp_path / "out", data=(places / "sky",), labels=places / "labels.csv",
        cache=places / "cache", apart={places / "apart": sorted((places / "apart").iterdir())},
    )  # fmt: skip


@pytest.fixture
def recipe() -> HeadsRecipe:
    """Two heads and the class head."""
    return HeadsRecipe.model_validate(TABLES)


def encoder_of(job: HeadJob) -> OnnxEncoder:
    return OnnxEncoder.load(job.source, job.cache, Precision.FLOAT32)


def test_heads_are_fitted_measured_and_told(recipe: HeadsRecipe, job: HeadJob) -> None:
    outcome = train_heads(recipe, job, quiet)
    assert outcome.model_id == model_id(job.out) != outcome.former_id
    assert outcome.pictures == MANY - MANY // 10 - 3
    assert outcome.left_out == {"marked test": MANY // 10, LOOK_ALIKE: 3}
    assert outcome.labels_left_out == {NOT_THERE: 2, LOOK_ALIKE: 2}
    assert outcome.fitted_on["merger"]["m"] == 19
    meanings = load_head_meanings(job.out)
    assert meanings.number_heads == ("pair", "merger", "artefact")
    assert (meanings.class_head, meanings.class_names) == ("tone", ("warm", "cold"))
    values = {one.name: one for one in outcome.measured}
    assert values["artefact: a against ordinary sky, AUROC"].value > 0.9
    assert all(one.low <= one.value <= one.high for one in outcome.measured)
    before, after = load_file(job.source / "heads.safetensors"), load_file(job.out / "heads.safetensors")
    assert all(np.array_equal(before[name], after[name]) for name in before)
    card = (job.out / "README.md").read_text()
    assert outcome.former_id in card
    assert f"{MANY // 10} marked test; 3 {LOOK_ALIKE}" in card


def test_the_folder_is_an_encoder_whose_int8_is_unproven(recipe: HeadsRecipe, job: HeadJob) -> None:
    train_heads(recipe, job, quiet)
    assert int8_is_proven(job.source)
    assert not (job.out / "precision.json").exists()
    heads = LinearHeads.load(job.out, DIMENSION)
    said = heads.read(np.zeros((1, DIMENSION), np.float32))
    assert set(said.heads) == {"pair", "merger", "artefact"}
    assert said.logits.shape == (1, 2)


def test_the_same_input_gives_the_same_bytes(recipe: HeadsRecipe, job: HeadJob, tmp_path: Path) -> None:
    train_heads(recipe, job, quiet)
    fresh = replace(job, out=tmp_path / "out2", cache=tmp_path / "cache2")
    fresh.cache.mkdir()
    for path in job.cache.glob("*float32*"):  # the graph, which takes seconds to write, and no embeddings
        shutil.copy(path, fresh.cache)
    train_heads(recipe, fresh, quiet)
    names = sorted(path.name for path in job.out.iterdir())
    assert names == sorted(path.name for path in fresh.out.iterdir())
    assert all((job.out / name).read_bytes() == (fresh.out / name).read_bytes() for name in names)


def test_a_set_that_is_kept_apart_gives_its_own_training_rows(recipe: HeadsRecipe, job: HeadJob) -> None:
    sky = job.data[0]
    material, _ = gather(encoder_of(job), recipe, replace(job, apart={sky: sorted(sky.glob("*.png"))}), quiet)
    assert len(material.rows) == MANY - MANY // 10
    assert set(material.origins) == {"sky"}


def test_the_sum_of_heads_has_unit_scatter_and_no_mean(recipe: HeadsRecipe, job: HeadJob) -> None:
    train_heads(recipe, job, quiet)
    material, _ = gather(encoder_of(job), recipe, job, quiet)
    stored = load_file(job.out / "heads.safetensors")
    known = {"pair": (stored["pair.weight"], stored["pair.bias"])}
    plain = material.embeddings[draw_ordinary("sky", recipe.ordinary["sky"], material, known, recipe.seed)]
    assert not {row.key for row in material.rows} & {"0", "1", "3"}
    said = plain @ stored["merger.weight"][0] + stored["merger.bias"][0]
    assert abs(said.mean()) < 1e-3
    pair = plain @ stored["pair.weight"][0]
    rest = said - 0.5 * pair / pair.std()
    assert rest.std() == pytest.approx(1.0, abs=1e-3)


def test_ordinary_pictures_are_unlabelled_calm_and_drawn_by_the_seed(
    recipe: HeadsRecipe, job: HeadJob
) -> None:
    material, _ = gather(encoder_of(job), recipe, job, quiet)
    group = recipe.ordinary["sky"].model_copy(update={"number": 15})
    stored = load_file(job.source / "heads.safetensors")
    known = {"pair": (stored["pair.weight"], stored["pair.bias"])}
    drawn = draw_ordinary("sky", group, material, known, 0)
    assert len(drawn) == 15
    assert set(material.labels[drawn]) == {""}
    free = np.flatnonzero(material.labels == "")
    said = material.embeddings @ stored["pair.weight"][0]
    assert said[drawn].max() <= np.quantile(said[free], 0.9)
    assert not np.array_equal(drawn, draw_ordinary("sky", group, material, known, 1))
    with pytest.raises(BadData, match=r"ordinary.sky: 0 pictures"):
        draw_ordinary("sky", group.model_copy(update={"sets": ["elsewhere"]}), material, known, 0)


def test_embeddings_are_kept(job: HeadJob, recipe: HeadsRecipe, tmp_path: Path) -> None:
    (data,) = find_data(job.data, _encoder_recipe(recipe))
    encoder, told = encoder_of(job), []

    def hear(words: str, _done: int, _every: int) -> None:
        told.append(words)

    first = embed_set(encoder, job.source, data, tmp_path, hear)
    assert told
    told.clear()
    again = embed_set(encoder, job.source, data, tmp_path, hear)
    assert not told
    np.testing.assert_array_equal(first.numbers, again.numbers)
    np.testing.assert_array_equal(first.kept, again.kept)


def _encoder_recipe(recipe: HeadsRecipe) -> Any:
    from astrolens.config.recipe import Recipe

    return Recipe(data=recipe.data)


def test_a_section_takes_the_place_of_an_earlier_one(recipe: HeadsRecipe, job: HeadJob) -> None:
    outcome = train_heads(recipe, job, quiet)
    card = "# tiny\n\nWords.\n\n## Limits\nMany.\n"
    once = with_section(card, recipe, job, outcome)
    assert once.startswith(card.rstrip())
    middle = once.replace("## Limits\nMany.\n", "") + "\n## Limits\nMany.\n"
    again = with_section(middle, recipe, job, outcome)
    assert again.count("## Heads fitted to labels") == 1
    assert again.endswith("## Limits\nMany.\n")


def _used(_recipe: HeadsRecipe, job: HeadJob) -> tuple[HeadsRecipe, HeadJob]:
    job.out.mkdir()
    (job.out / "config.json").write_text("{}")
    return _recipe, job


def _other_crop(recipe: HeadsRecipe, job: HeadJob) -> tuple[HeadsRecipe, HeadJob]:
    return recipe.model_copy(update={"crop_fraction": 0.33}), job


def _no_labels(recipe: HeadsRecipe, job: HeadJob) -> tuple[HeadsRecipe, HeadJob]:
    return recipe, replace(job, labels=None)


def _strange_head(recipe: HeadsRecipe, job: HeadJob) -> tuple[HeadsRecipe, HeadJob]:
    head = recipe.heads["merger"].model_copy(update={"plus": {"bar": 0.5}})
    return recipe.model_copy(update={"heads": {"merger": head}}), job


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_used, "is not empty"),
        (_other_crop, "do not fit this encoder"),
        (_no_labels, "the heads merger, artefact need a file of labels"),
        (_strange_head, "has no head 'bar'.*it has pair"),
    ],
)
def test_what_does_not_fit_is_refused(
    recipe: HeadsRecipe,
    job: HeadJob,
    spoil: Callable[[HeadsRecipe, HeadJob], tuple[HeadsRecipe, HeadJob]],
    message: str,
) -> None:
    with pytest.raises(ConfigError, match=message):
        train_heads(*spoil(recipe, job), quiet)


def test_too_few_labels_write_nothing(recipe: HeadsRecipe, job: HeadJob, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("set,key,label\nsky,4,m\nsky,6,n\n")
    with pytest.raises(BadData, match=r"heads.merger: 1 pictures for 'm'; want 10"):
        train_heads(recipe, replace(job, labels=few), quiet)
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set,key\na,b\n", "no column 'label'"),
        ("set,key,label\na,1.5,-2.5,m\n", "line 2: not 3 fields; put one with a comma in quotes"),
        ("set,key,label\na,b\n", "line 2: not 3 fields"),
        ("set,key,label\na,b,\n", "line 2: no label"),
        ("set,key,label\na,b,m\na,b,n\n", "line 3: 'b' of 'a' was labelled otherwise"),
        ("set,key,label\n", "holds no label"),
    ],
)
def test_mistakes_in_labels_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_labels(file)


def test_the_shipped_labels_and_recipe_are_read() -> None:
    root = Path(__file__).resolve().parents[2]
    labels = read_labels(root / "docs" / "data" / "labels_by_eye.csv")
    assert sorted(set(labels.values())) == ["a", "m", "n"]
    recipe = load_head_recipe(root / "config" / "heads.toml")
    used = {word for head in recipe.heads.values() for word in [*head.yes, *head.no]}
    assert used == set(labels.values())


def test_material_without_labels(recipe: HeadsRecipe, job: HeadJob) -> None:
    only_classes = recipe.model_copy(update={"heads": {}, "ordinary": {}})
    outcome = train_heads(only_classes, replace(job, labels=None), quiet)
    (one,) = outcome.measured
    assert one.name == "tone: accuracy"
    assert one.value > 0.6
    assert isinstance(gather(encoder_of(job), recipe, replace(job, labels=None), quiet)[0], Material)
