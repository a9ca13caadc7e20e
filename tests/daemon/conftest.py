"""A whole house on a real profile, with a tiny network; its flow runs only where a test says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.domain.event import Event
from tests.models.tiny import write_tiny_model
from tests.pipeline.test_image import settings_for


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(config_file=tmp_path / "astrolens.toml", data=tmp_path / "data", runtime=tmp_path / "run")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(pictures: Path, tiny_model: Path) -> Settings:
    return settings_for(pictures, tiny_model)


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
async def house(settings: Settings, paths: Paths, heard: list[Event]) -> AsyncIterator[House]:
    async with open_house(settings, paths, quiet=True, publish=heard.append) as opened:
        yield opened
