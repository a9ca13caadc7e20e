from pathlib import Path

import pytest

from astrolens.config.head_recipe import HeadsRecipe, load_head_recipe
from astrolens.domain.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
HEAD = '[heads.odd]\nyes = ["a"]\nno = { n = 1.0 }\n'


def test_the_shipped_recipe_is_valid() -> None:
    recipe = load_head_recipe(ROOT / "config" / "heads.toml")
    assert set(recipe.heads) == {"merger", "artefact"}
    assert recipe.data["sdss_128px"].crop_fraction == pytest.approx(0.33 * 424 / 256)


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "training.md").read_text()
    schema = HeadsRecipe.model_json_schema()
    sections = [schema, *schema["$defs"].values()]
    missing = [key for section in sections for key in section.get("properties", {}) if f"`{key}`" not in text]
    assert not missing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither heads nor classes of a data set are given"),
        (HEAD + "yess = 1", "heads.odd.yess: unknown key; did you mean yes?"),
        ('[heads.odd]\nyes = ["a"]', "neither no nor ordinary is given"),
        ('[heads.odd]\nyes = ["a"]\nno = { a = 1.0 }', "label 'a' is both yes and no"),
        ("[heads.odd]\nyes = []\nno = { a = 1.0 }", "heads.odd.yes: "),
        (HEAD + "ordinary = { sky = 1.0 }", "heads.odd: there is no group [ordinary.sky]"),
        (HEAD + "plus = { odd = 1.0 }", "heads.odd: plus 'odd' is fitted here"),
        ("[ordinary.sky]\nbelow = { odd = 0.5 }\n" + HEAD, "ordinary.sky: below 'odd' is fitted here"),
        (HEAD + '[data.x.numbers.n]\ncolumn = "n"', "one with classes can be fitted, no more"),
        (
            HEAD + '[data.x.classes.odd]\ncolumn = "n"\nnames = { a = "b", c = "d" }',
            "head 'odd' is a class head and one of heads",
        ),
        ("heads = ", "name a recipe such as config/heads.toml"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "heads.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_head_recipe(file)
    assert message in str(error.value)
