"""A real store on a real file, a tiny network, small pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.store.store import Store, open_store
from tests.models.tiny import write_tiny_model


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(config_file=tmp_path / "astrolens.toml", data=tmp_path / "data", runtime=tmp_path / "run")


@pytest.fixture
def store(paths: Paths) -> Iterator[Store]:
    opened = open_store(paths)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model"))
