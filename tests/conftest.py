"""What every test may use: a blocking-call guard, the real data when it is there."""

import os
from collections.abc import Iterator
from pathlib import Path
from time import time_ns

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from tests.late import come_late


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of ours."""
    parser.addoption(
        "--update-snapshots", action="store_true", help="Keep the screens of the terminal as they are now."
    )
    parser.addoption("--late", action="store_true", help="Let threads and writes come late (tests/late.py).")


def pytest_configure(config: pytest.Config) -> None:
    """Slow everything where that is asked for."""
    if config.getoption("--late"):
        come_late(seed=time_ns())


@pytest.fixture(autouse=True)
def loop_guard() -> Iterator[BlockBuster]:
    """Fail a test whose coroutine blocks the loop inside our own packages."""
    with blockbuster_ctx(["astrolens", "astrolens_plugins"]) as guard:
        yield guard


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> None:
    """Keep every test away from the user's own profile; exported networks are made once for all tests."""
    graphs = pytestconfig.rootpath / ".pytest_cache" / "models"
    monkeypatch.setenv("ASTROLENS_MODEL_CACHE", str(graphs))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "ASTROLENS_CONFIG", "NOTIFY_SOCKET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASTROLENS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASTROLENS_RUNTIME_DIR", str(tmp_path / "run"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real pictures, where they lie beside the checkout; skipped elsewhere."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ASTROLENS_DATA", beside))
    if not (folder / "galaxies").is_dir():
        pytest.skip(f"no real data at {folder}; set ASTROLENS_DATA to a folder that holds galaxies/")
    return folder
