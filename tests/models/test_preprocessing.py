"""The steps are read strictly, and without torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import model_folder
from astrolens.models.preprocessing import Preprocessing, Resampling, load_preprocessing


def test_steps_of_the_bundled_model() -> None:
    assert load_preprocessing(model_folder("bundled")) == Preprocessing(
        size=96, crop_fraction=0.33, resampling=Resampling.BILINEAR, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"size": 96}, "crop_fraction"),
        ({"size": 96, "crop_fraction": 0.0}, "crop_fraction is 0.0"),
        ({"size": 96, "crop_fraction": 1.5}, "crop_fraction is 1.5"),
        ({"size": 1, "crop_fraction": 0.5}, "size is 1"),
        ({"size": "big", "crop_fraction": 0.5}, "big"),
        ({"size": 96, "crop_fraction": 0.5, "resampling": "nearest"}, "nearest"),
        ({"size": 96, "crop_fraction": 0.5, "std": 0}, "std"),
        ({"size": 96, "crop_fraction": 0.5, "mean": [0.5]}, "unpack"),
        ({"size": 96, "crop_fraction": 0.5, "zoom": 1}, "unknown key 'zoom'"),
        ({"size": 96, "crop_fraction": 0.5, "crop": "own"}, "own"),
        ({"size": 96, "crop_fraction": 0.5, "crop_radii": 0.1}, "crop_radii is 0.1"),
        ({"size": 96, "crop_fraction": 0.5, "crop_most": 2}, "crop_most is 2"),
    ],
)
def test_bad_steps_name_file_and_key(tmp_path: Path, content: dict[str, object], words: str) -> None:
    (tmp_path / "preprocessing.json").write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=words) as caught:
        load_preprocessing(tmp_path)
    assert "preprocessing.json" in str(caught.value)


def test_one_number_stands_for_three_planes(tmp_path: Path) -> None:
    (tmp_path / "preprocessing.json").write_text('{"size": 32, "crop_fraction": 1, "mean": 0.1, "std": 2}')
    steps = load_preprocessing(tmp_path)
    assert steps.mean == (0.1, 0.1, 0.1)
    assert steps.std == (2.0, 2.0, 2.0)


@pytest.mark.process
def test_neither_steps_nor_measuring_import_torch() -> None:
    code = (
        "import sys, astrolens.models.preprocessing, astrolens.analyse.preprocess, astrolens.analyse.morphology, "
        "astrolens.analyse.stage; sys.exit(any(name in sys.modules for name in ('torch', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == 0


@pytest.mark.parametrize(
    ("given", "size", "fraction"),
    [
        ({"size": {"shortest_edge": 256}, "do_center_crop": True, "crop_size": {"height": 224}}, 224, 0.875),
        ({"size": {"height": 224, "width": 224}}, 224, 1.0),
        ({"size": 96}, 96, 1.0),
        ({"size": {"shortest_edge": 224}, "crop_pct": 0.875}, 224, 0.875),
        ({"size": {"shortest_edge": 384}, "crop_pct": 0.875}, 384, 1.0),
    ],
)
def test_the_steps_of_an_image_processor(
    tmp_path: Path, given: dict[str, object], size: int, fraction: float
) -> None:
    content = given | {"resample": 3, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.3, 0.4]}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(content))
    steps = load_preprocessing(tmp_path)
    assert steps.size == size
    assert steps.crop_fraction == pytest.approx(fraction)
    assert steps.resampling is Resampling.BICUBIC
    assert steps.mean == (0.4, 0.5, 0.6)
    (tmp_path / "preprocessing.json").write_text('{"size": 32, "crop_fraction": 0.5}')
    assert load_preprocessing(tmp_path).size == 32


@pytest.mark.parametrize("given", [{"size": {}}, {"size": 96, "resample": 77}, {"size": "big"}])
def test_an_image_processor_that_makes_no_sense(tmp_path: Path, given: dict[str, object]) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(given))
    with pytest.raises(ConfigError, match=r"write a preprocessing\.json beside it"):
        load_preprocessing(tmp_path)
