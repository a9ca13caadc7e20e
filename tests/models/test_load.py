"""The runtime that suits the machine is taken, unless a person says otherwise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import int8_is_proven, model_id
from astrolens.models.load import expected_id, load_encoder
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.vit import VitEncoder
from tests.models.tiny import write_tiny_model


def test_on_a_cpu_auto_is_onnx_in_the_proven_precision(tmp_path: Path, cache: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    plain = load_encoder(folder, cache, device="cpu")
    assert isinstance(plain, OnnxEncoder)
    assert plain.model_id == model_id(folder)
    (folder / "precision.json").write_text(json.dumps({"int8_measured_for": model_id(folder)}))
    assert int8_is_proven(folder)
    assert load_encoder(folder, cache, device="cpu").model_id == f"{model_id(folder)}-int8"
    assert expected_id(folder) == f"{model_id(folder)}-int8"
    for wishes in ({"runtime": "torch"}, {"precision": "float32"}):
        assert expected_id(folder, **wishes) == model_id(folder)  # type: ignore[arg-type]
    assert load_encoder(folder, cache, device="cpu", precision="float32").model_id == model_id(folder)
    assert isinstance(load_encoder(folder, cache, device="cpu", runtime="torch"), VitEncoder)
    (folder / "precision.json").write_text(json.dumps({"int8_measured_for": "other-weights"}))
    assert not int8_is_proven(folder)


@pytest.mark.parametrize(
    "wishes",
    [
        {"device": "cuda", "runtime": "onnx"},
        {"device": "cuda", "precision": "int8"},
        {"runtime": "torch", "precision": "int8"},
    ],
)
def test_wishes_that_contradict_each_other(tiny_folder: Path, cache: Path, wishes: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"analyse\."):
        load_encoder(tiny_folder, cache, **wishes)  # type: ignore[arg-type]


def test_without_the_packages_torch_steps_in_and_says_so(
    tiny_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("astrolens.models.onnx_encoder.find_spec", lambda _name: None)
    assert isinstance(load_encoder(tiny_folder, cache, device="cpu"), VitEncoder)
    assert [record.message for record in caplog.records if "pip install onnx onnxruntime" in record.message]
    with pytest.raises(ConfigError, match="pip install"):
        load_encoder(tiny_folder, cache, runtime="onnx")


@pytest.mark.process
def test_a_kept_graph_needs_no_torch(tiny_folder: Path, cache: Path) -> None:
    OnnxEncoder.load(tiny_folder, cache, Precision.FLOAT32)
    code = (
        "import sys; from pathlib import Path; from astrolens.models.load import load_encoder; "
        f"load_encoder(Path({str(tiny_folder)!r}), Path({str(cache)!r}), device='cpu'); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'onnx')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == 0
