import tomllib
from pathlib import Path
from typing import Any

import pytest

from astrolens.config.recipe import Recipe, load_recipe
from astrolens.domain.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["encoder.toml", "encoder-continued.toml"])
def test_the_shipped_recipes_are_valid_and_small(name: str) -> None:
    recipe = load_recipe(ROOT / "config" / name)
    assert recipe.network.size <= 128
    assert recipe.data["gz1"].splits == ("reference", "train")
    assert recipe.class_head in recipe.data["gz1"].classes


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "training.md").read_text()
    schema = Recipe.model_json_schema()
    sections = [schema, *schema["$defs"].values()]
    missing = [key for section in sections for key in section.get("properties", {}) if f"`{key}`" not in text]
    assert not missing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeed = 3", "recipe.toml: seeed: unknown key; did you mean seed?"),
        ("[network]\npatch = 7", "network: size 96 is no multiple of patch 7"),
        ("[network]\nsize = 4096", "network.size: got 4096; input should be less than or equal to 256"),
        ("[views]\nzoom = [2.0, 1.0]", "zoom is [2.0, 1.0]"),
        ('[data.a]\nsplits = ["reference", "Test"]', "rows for testing are never trained on"),
        ('[data.a.classes.kind]\nnames = {a = "b", c = "d"}', "data.a.classes.kind.column: is missing"),
        ('[data.a.classes.kind]\ncolumn = "x"\nnames = {a = "b"}', "want two classes or more"),
        ('[data.a.numbers.pair]\ncolumn = "x"', "head 'pair' is one that every encoder has"),
        ("seed = ", "name a recipe such as config/encoder.toml"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_recipe(file)
    assert message in str(error.value)


def test_a_head_is_one_thing() -> None:
    tables: dict[str, Any] = tomllib.loads(
        '[data.a.classes.kind]\ncolumn="x"\nnames={a="b",c="d"}\n[data.b.numbers.kind]\ncolumn="y"'
    )
    with pytest.raises(ValueError, match="class head in one data set and a number in another"):
        Recipe.model_validate(tables)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_recipe(tmp_path / "absent.toml")
