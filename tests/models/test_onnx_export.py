"""A network is written in a process of its own, which says why it cannot."""

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.models.onnx_export import Precision, export, export_apart, main
from astrolens.models.onnx_session import open_session
from tests.models.tiny import DIMENSION, write_tiny_model


@pytest.mark.process
@pytest.mark.timeout(120)
def test_the_process_that_exports_hands_back_the_graph(
    tiny_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        graph = export_apart(tiny_folder, Precision.INT8)
    assert {record.name for record in caplog.records} == {"astrolens.models.onnx_export"}
    assert open_session(graph, 1).get_outputs()[0].shape[1] == DIMENSION


def test_a_damaged_model_is_told_from_one_that_cannot_be_written(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "broken")
    (folder / "model.safetensors").write_bytes(b"no weights at all")
    assert main([str(folder), "float32", str(tmp_path)]) == 0
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["error"] == "ConfigError"
    assert "no network of kind 'vit' could be read" in answer["message"]


def test_export_needs_both_packages(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrolens.models.onnx_export.find_spec", lambda _name: None)
    with pytest.raises(Unavailable, match="onnx and onnxruntime not installed"):
        export(tiny_folder, Precision.FLOAT32)


@pytest.mark.process
def test_it_can_be_left_and_nothing_stays(tmp_path: Path) -> None:
    """Slow to write on purpose: the whole network; Ctrl+C reaches this process, and through it the other."""
    scratch, code = (
        tmp_path / "scratch",
        (
            "import signal\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background ignores it
            "from astrolens.models.folder import model_folder\n"
            "from astrolens.models.onnx_export import Precision, export_apart\n"
            "export_apart(model_folder('bundled-whole'), Precision.INT8)\n"
        ),
    )
    scratch.mkdir()
    environment = os.environ | {"TMPDIR": str(scratch)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        while not any(scratch.iterdir()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "KeyboardInterrupt" in process.stderr.read()
    assert process.returncode == -signal.SIGINT
    assert not any(scratch.iterdir())
