"""A small model and its exported networks, made once."""

from functools import partial
from pathlib import Path

import pytest

from astrolens.models.onnx_cache import cached_graph
from astrolens.models.onnx_encoder import graph_name
from astrolens.models.onnx_export import Precision, export
from tests.models.tiny import write_tiny_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def cache(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    for precision in Precision:
        cached_graph(folder, graph_name(tiny_folder, precision), partial(export, tiny_folder, precision))
    return folder
