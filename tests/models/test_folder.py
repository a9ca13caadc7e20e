"""A model folder is whole, named by its content, and explains its heads."""

import json
from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import (
    absolute_name,
    int8_is_proven,
    load_head_meanings,
    model_folder,
    model_id,
    read_json,
)
from astrolens.models.preprocessing import Measures, load_preprocessing
from tests.models.foreign import write_foreign_model
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


@pytest.mark.parametrize(
    "name", ["/nowhere", "", "bundled-fats", "~nobody-of-that-name/x", "a\0b", "x" * 5000]
)
def test_what_is_no_folder_is_told_as_it_was_given(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        model_folder(name)
    assert str(refused.value).startswith(
        f"there is no folder {name!r}; name bundled, bundled-fast, bundled-whole or"
    )
    with pytest.raises(ConfigError, match=r"^analyse\.model: there is no folder "):
        model_folder(name, "analyse.model")


def test_a_folder_is_named_so_that_it_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bundled", "mine"):
        (tmp_path / name).mkdir()
    assert absolute_name("bundled") == "bundled", "the shipped one comes first"
    assert absolute_name("mine") == str(tmp_path / "mine")
    assert absolute_name("./here") == str(tmp_path / "here")
    assert absolute_name(str(tmp_path)) == str(tmp_path)
    for name in ("someone/small-net", "~nobody-of-that-name/x"[1:], "x" * 5000):
        assert absolute_name(name) == name


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


def test_a_model_of_transformers_needs_neither_heads_nor_our_steps(tmp_path: Path) -> None:
    folder = write_foreign_model(tmp_path / "mine", "vit")
    assert model_folder(str(folder)) == folder
    meanings = load_head_meanings(folder)
    assert (meanings.class_head, meanings.class_names, meanings.number_heads) == ("", (), ())
    before = model_id(folder)
    assert before.startswith("mine-")
    steps = json.loads((folder / "preprocessor_config.json").read_text()) | {"resample": 2}
    (folder / "preprocessor_config.json").write_text(json.dumps(steps))
    assert model_id(folder) != before


def test_a_folder_without_steps_says_so(tmp_path: Path) -> None:
    folder = write_foreign_model(tmp_path / "mine", "vit")
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(ConfigError, match=r"lacks preprocessing\.json \(or preprocessor_config\.json\)"):
        model_folder(str(folder))


def test_heads_without_their_meaning_are_refused(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / "heads.json").unlink()
    with pytest.raises(ConfigError, match=r"heads\.json"):
        load_head_meanings(folder)


def test_a_hub_name_is_found_in_the_local_cache_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match="hf download someone/small-net"):
        model_folder("someone/small-net")
    home = tmp_path / "models--someone--small-net"
    snapshot = write_foreign_model(home / "snapshots" / "0123abcd", "vit")
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("0123abcd")
    assert model_folder("someone/small-net") == snapshot
    assert model_id(snapshot).startswith("small-net-")


def test_all_bundled_models_are_whole_and_their_int8_is_proven() -> None:
    for name in ("bundled", "bundled-fast", "bundled-whole"):
        folder = model_folder(name)
        assert int8_is_proven(folder), f"measure int8 of {model_id(folder)} and write precision.json"
    assert load_preprocessing(model_folder("bundled-fast")).measures is Measures.SKY
