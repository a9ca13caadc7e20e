"""A model folder is whole, named by its content, and explains its heads."""

import json
from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import load_head_meanings, model_folder, model_id, read_json
from tests.models.tiny import CLASS_NAMES, write_tiny_model


def test_bundled_model_is_whole() -> None:
    folder = model_folder("bundled")
    assert load_head_meanings(folder).class_names == ("elliptical", "spiral", "edge_on")
    assert load_head_meanings(folder).number_heads == ("pair", "merger", "artefact")
    assert model_id(folder).startswith("vit-tiny-p8-galaxy-")


def test_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"lacks model\.safetensors"):
        model_folder(str(tmp_path))


def test_name_follows_the_content(tmp_path: Path) -> None:
    one = write_tiny_model(tmp_path / "one")
    same = write_tiny_model(tmp_path / "same")
    other = write_tiny_model(tmp_path / "other", seed=1)
    assert model_id(one) == model_id(same)
    assert model_id(one) != model_id(other)
    before = model_id(one)
    steps = json.loads((one / "preprocessing.json").read_text()) | {"crop_fraction": 0.6}
    (one / "preprocessing.json").write_text(json.dumps(steps))
    assert model_id(one) != before


def test_name_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        model_id(tmp_path / "nowhere")


def test_head_meanings_are_read(tmp_path: Path) -> None:
    meanings = load_head_meanings(write_tiny_model(tmp_path / "tiny"))
    assert meanings.class_head == "shape"
    assert meanings.class_names == CLASS_NAMES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"class_names": ["a", "b"]}, "class_head is None"),
        ({"class_head": "x", "class_names": ["a"]}, "class_names"),
        ({"class_head": "x", "class_names": [1, 2]}, "class_names"),
        ({"class_head": "x", "class_names": ["a", "b"], "number_heads": "pair"}, "number_heads"),
    ],
)
def test_bad_meanings_name_the_key(tmp_path: Path, content: dict[str, object], words: str) -> None:
    (tmp_path / "heads.json").write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=words):
        load_head_meanings(tmp_path)


@pytest.mark.parametrize("text", ["", "[1]", "{", "\ud800"])
def test_what_is_no_json_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError, match=r"x\.json"):
        read_json(path)
