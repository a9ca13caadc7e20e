import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from astrolens.config.recipe import DataRecipe, Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.rows import find_data
from tests.train.conftest import MANY, write_folder


def test_rows_marked_test_are_not_listed(galaxies: Path, recipe: Recipe) -> None:
    (data,) = find_data([galaxies], recipe)
    assert len(data.rows) == MANY - MANY // 8
    assert not [row for row in data.rows if int(row.key) % 8 == 7]
    assert data.left_out == {"marked test": MANY // 8}


@pytest.mark.parametrize("word", ["Test", " test ", "TEST"])
def test_spelling_of_test_does_not_matter(tmp_path: Path, recipe: Recipe, word: str) -> None:
    folder = write_folder(tmp_path / "galaxies")
    (folder / "labels.csv").write_text(
        f'file,label,tilt,split\n0.png,round,1,"{word}"\n1.png,flat,1,reference\n'
    )
    (data,) = find_data([folder], recipe)
    assert [row.key for row in data.rows] == ["1"]


def test_object_marked_test_in_one_set_is_left_out_of_all(
    galaxies: Path, tmp_path: Path, recipe: Recipe
) -> None:
    other = write_folder(tmp_path / "again", labels=False)
    _, again = find_data([galaxies, other], recipe)
    assert again.left_out == {"marked test in another set": MANY // 8}
    (alone,) = find_data([other], recipe, never=[galaxies / "labels.csv"])
    assert {row.key for row in alone.rows} == {row.key for row in again.rows}


def test_never_file_without_a_split_is_kept_away_from_whole(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "some", labels=False)
    names = tmp_path / "names.csv"
    names.write_text("file\n3.jpg\n4.png\n")
    (data,) = find_data([folder], recipe, never=[names])
    assert {"3", "4"}.isdisjoint(row.key for row in data.rows)
    assert len(data.rows) == MANY - 2


def test_unknown_split_and_chosen_values(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "galaxies")
    with (folder / "labels.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerows([["file", "label", "tilt", "split"], ["0.png", "round", 1, "holdout"]])
        rows.writerows([["1.png", "merger", 1, "reference"], ["2.png", "flat", 1, "train"]])
    how = DataRecipe(leave_out={"label": ["merger"]})
    (data,) = find_data([folder], recipe.model_copy(update={"data": {"galaxies": how}}))
    assert [row.key for row in data.rows] == ["2"]
    assert data.left_out == {"split is none of reference, train": 1, "left out by leave_out": 1}


def test_label_column_becomes_a_head_without_a_recipe(galaxies: Path) -> None:
    (data,) = find_data([galaxies], Recipe())
    ((head, column),) = data.recipe.classes.items()
    assert (head, column.names) == ("galaxies_label", {"flat": "flat", "round": "round"})


def test_names_without_suffix_are_found(tmp_path: Path, recipe: Recipe) -> None:
    folder = write_folder(tmp_path / "galaxies", labels=False)
    (folder / "attributes.csv").write_text("PGC,split\n5,reference\n6,test\n")
    how = DataRecipe(labels="attributes.csv", file_column="PGC")
    (data,) = find_data([folder], recipe.model_copy(update={"data": {"galaxies": how}}))
    assert [row.key for row in data.rows] == ["5"]


def _without_column(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,split\n0.png,reference\n")


def _all_test(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label,tilt,split\n0.png,round,1,test\n")


def _other_name(folder: Path) -> None:
    (folder / "labels.csv").rename(folder / "truth.csv")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without_column, "no column 'label'"),
        (_all_test, "nothing to train on .*1 marked test"),
        (_other_name, "holds truth.csv but no labels.csv"),
    ],
)
def test_mistakes_are_named(
    tmp_path: Path, recipe: Recipe, spoil: Callable[[Path], None], message: str
) -> None:
    folder = write_folder(tmp_path / "galaxies")
    spoil(folder)
    with pytest.raises(ConfigError, match=message):
        find_data([folder], recipe)


def test_missing_and_empty_folders(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        find_data([tmp_path / "absent"], recipe)
    with pytest.raises(ConfigError, match="nothing to train on"):
        find_data([tmp_path], recipe)
