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
        ({"size": 96, "crop_fraction": 0.5, "crop": 1}, "unknown key 'crop'"),
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
