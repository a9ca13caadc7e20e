"""A small simulated sky and the shipped encoder, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from astrolens.bench.measured import MeasuredFile, measure_files
from astrolens.bench.quality import gate_sky
from astrolens.bench.sets import LabelledSet
from astrolens.bench.sky import paint_sky
from astrolens.bench.threads import one_thread
from astrolens.config.settings import Settings
from astrolens.models.encoder import Encoder
from astrolens.models.folder import model_folder
from astrolens.models.load import load_encoder


@pytest.fixture(scope="session", autouse=True)
def calm() -> Iterator[None]:
    """Small fits beside other tests: more threads would spend their time on waiting."""
    with one_thread():
        yield


@pytest.fixture(scope="session")
def kept(pytestconfig: pytest.Config) -> Path:
    """What is made once and kept for the next run of the tests."""
    return pytestconfig.rootpath / ".pytest_cache"


@pytest.fixture(scope="session")
def encoder(kept: Path) -> Encoder:
    return load_encoder(model_folder("bundled"), kept / "models", device="cpu", runtime="onnx")


@pytest.fixture(scope="session")
def small_sky(kept: Path) -> LabelledSet:
    return paint_sky(kept / "bench-sky", reference=60, normal=30, odd=12, seed=3, survey="wide")


@pytest.fixture(scope="session")
def big_sky(kept: Path) -> LabelledSet:
    return gate_sky(kept / "gate-sky")


@pytest.fixture(scope="session")
def measured(small_sky: LabelledSet, encoder: Encoder) -> dict[Path, MeasuredFile]:
    return measure_files(small_sky.files(), encoder, Settings(), processes=1, progress=silent)


def silent(_what: str, _done: int, _every: int) -> None:
    """Progress that nobody reads."""
