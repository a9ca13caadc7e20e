"""A session runs a graph with as many threads as it is told, and refuses what is no graph."""

from pathlib import Path

import numpy as np
import pytest

from astrolens.models.onnx_export import INPUT, OUTPUT, Precision, export
from astrolens.models.onnx_session import open_session
from tests.models.tiny import DIMENSION, SIZE, write_tiny_model

onnxruntime = pytest.importorskip("onnxruntime")


def test_one_and_two_threads_agree(tmp_path: Path) -> None:
    graph = export(write_tiny_model(tmp_path / "model"), Precision.FLOAT32)
    batch = np.random.default_rng(0).normal(size=(3, 3, SIZE, SIZE)).astype(np.float32)
    one, two = (open_session(graph, threads).run([OUTPUT], {INPUT: batch})[0] for threads in (1, 2))
    assert one.shape == (3, DIMENSION)
    np.testing.assert_allclose(one, two, atol=1e-6)


def test_nonsense_is_refused() -> None:
    with pytest.raises(Exception, match=r"(?i)protobuf|load model"):
        open_session(b"no graph", 1)
