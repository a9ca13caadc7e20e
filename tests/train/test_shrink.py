"""A cheaper copy says nearly what the whole encoder says."""

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from astrolens.domain.errors import BadData, ConfigError
from astrolens.models.folder import model_id
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.preprocessing import Measures
from astrolens.train import shrink
from astrolens.train.shrink import shrink_encoder
from tests.models.tiny import write_tiny_model

pytestmark = pytest.mark.timeout(120)


def painted(folder: Path, count: int) -> list[Path]:
    """Small blobs of many colours and sizes."""
    folder.mkdir()
    rows, columns = np.mgrid[:32, :32] - 15.5
    out = []
    for number in range(count):
        random = np.random.default_rng(number)
        blob = np.exp(-(rows**2 + columns**2 * random.uniform(0.5, 2)) / random.uniform(10, 90))
        levels = 200 * blob[..., None] * random.uniform(0.3, 1.0, 3) + random.normal(20, 5, (32, 32, 3))
        path = folder / f"{number}.png"
        PIL.Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).save(path)
        out.append(path)
    return out


@pytest.mark.slow
def test_heads_are_taught_by_the_whole_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrink, "FEWEST_PICTURES", 200)
    source = write_tiny_model(tmp_path / "whole")
    pictures = painted(tmp_path / "pictures", 240)
    found = shrink_encoder(source, tmp_path / "small", pictures, size=16, layers=1, cache=tmp_path / "cache")
    assert found.pictures == 240
    assert found.model_id == model_id(tmp_path / "small")
    assert min(found.agreement.values()) > 0.5
    small = OnnxEncoder.load(tmp_path / "small", tmp_path / "cache", Precision.FLOAT32)
    assert (small.preprocessing.size, small.preprocessing.measures) == (16, Measures.SKY)
    assert json.loads((tmp_path / "small" / "config.json").read_text())["num_hidden_layers"] == 1
    assert model_id(source) in (tmp_path / "small" / "README.md").read_text()


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    source = write_tiny_model(tmp_path / "whole")
    for size, layers in ((17, 1), (16, 0), (16, 99)):
        with pytest.raises(ConfigError, match="must be a multiple"):
            shrink_encoder(source, tmp_path / "small", [], size=size, layers=layers, cache=tmp_path / "cache")
    with pytest.raises(BadData, match="at least"):
        shrink_encoder(source, tmp_path / "small", [], size=16, layers=1, cache=tmp_path / "cache")
