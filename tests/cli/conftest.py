"""Verbs called in this process, on a profile of the test, or on one real daemon that all tests share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from astrolens.cli.main import build_app, main
from astrolens.config.paths import Paths
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.promotion import Promotion, PromotionKind
from astrolens.store.store import open_store
from tests.models.tiny import write_tiny_model
from tests.process.profile import DaemonProcess

HOSTILE = "nasty \x9b31m\x1b]0;owned\x07\u202egpj.jpg"


def verb(*arguments: str | Path) -> Result:
    """Call a verb without a process of its own."""
    return CliRunner().invoke(build_app(), [str(one) for one in arguments], catch_exceptions=True)


@dataclass(frozen=True)
class Ended:
    """How the whole command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """The command as the shell sees it: exit code and both streams."""

    def call(*arguments: str | Path) -> Ended:
        monkeypatch.setattr("sys.argv", ["astrolens", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return Ended(code=int(left.value.code or 0), out=out, err=err)

    return call


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model"))


def promoted(data: Path, former: str, model: str, configured: str | None = None) -> None:
    """A profile without a daemon in which somebody put another encoder to use."""
    paths = Paths(config_file=data / "a.toml", data=data, runtime=data / "run")
    store = open_store(paths)
    try:
        store.promotions.add(
            Promotion(
                kind=PromotionKind.PROMOTED, model=model, model_id=f"{Path(model).name}-id", former=former,
                former_id=f"{Path(former).name}-id", configured=configured or former, by="ada", at=iso(utc_now()),
            )
        )  # fmt: skip
    finally:
        store.close()


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonProcess]:
    """One daemon with 44 judged pictures, one of them with a name that means harm."""
    house = DaemonProcess(tmp_path_factory.mktemp("shared") / "house")
    house.paint(44)
    (house.pictures / "galaxy0003.jpg").rename(house.pictures / HOSTILE)
    house.start()
    try:
        house.wait_until(
            lambda: (
                all(source["calibrated"] for source in house.status()["sources"])
                and house.status()["images"] == 44
                and all(stage["waiting"] + stage["in_flight"] == 0 for stage in house.status()["stages"])
            )
        )
        yield house
    finally:
        house.close()


@pytest.fixture
def daemon(shared_daemon: DaemonProcess, monkeypatch: pytest.MonkeyPatch) -> DaemonProcess:
    """The shared daemon, found by every verb that is called without ``--config``."""
    monkeypatch.setenv("ASTROLENS_CONFIG", str(shared_daemon.config))
    monkeypatch.setenv("ASTROLENS_DATA_DIR", str(shared_daemon.data))
    monkeypatch.setenv("ASTROLENS_RUNTIME_DIR", str(shared_daemon.socket.parent))
    return shared_daemon


def harmless(text: str) -> bool:
    """Whether a terminal would show this and do nothing else."""
    return all(one == "\n" or one.isprintable() for one in text)
