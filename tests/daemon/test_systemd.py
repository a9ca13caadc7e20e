"""What the service manager hears, and the unit that makes it listen."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrolens.daemon.systemd import Supervisor

UNIT = Path(__file__).resolve().parents[2] / "astrolens.service"
WORST_EXPOSURE = 20  # tenths; the hardened units of others score 2.2 and more


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "n"))
        channel.settimeout(2)
        yield channel


def test_messages_come_in_order_and_word_for_word(manager: socket.socket) -> None:
    supervisor = Supervisor(address=manager.getsockname())
    supervisor.ready("7 sources,\n running")
    supervisor.alive()
    supervisor.reloading()
    supervisor.ready("again")
    supervisor.status("busy")
    supervisor.extend(2.5)
    supervisor.stopping("bye")
    heard = [manager.recv(4096).decode() for _ in range(7)]
    assert heard[0] == "READY=1\nSTATUS=7 sources, running"
    assert heard[1] == "WATCHDOG=1"
    assert heard[2].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert heard[3:] == [
        "READY=1\nSTATUS=again",
        "STATUS=busy",
        "EXTEND_TIMEOUT_USEC=2500000",
        "STOPPING=1\nSTATUS=bye",
    ]


async def test_the_watchdog_is_fed_while_the_house_is_changed() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        name = f"astrolens-test-feeding-{os.getpid()}"
        channel.bind("\0" + name)
        channel.setblocking(False)
        with Supervisor(address="@" + name, watchdog_s=0.06).feeding():
            await asyncio.sleep(0.2)
        heard = 0
        with contextlib.suppress(BlockingIOError):
            while channel.recv(100) == b"WATCHDOG=1":
                heard += 1
        assert heard >= 3
        await asyncio.sleep(0.1)
        with pytest.raises(BlockingIOError):
            channel.recv(100)
    with Supervisor().feeding():
        pass


async def test_an_abstract_address_and_a_running_loop_are_fine() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        name = f"astrolens-test-{os.getpid()}"
        channel.bind("\0" + name)
        channel.setblocking(False)
        Supervisor(address="@" + name).alive()
        assert channel.recv(100) == b"WATCHDOG=1"


def test_the_variables_are_taken_away_from_children() -> None:
    environment = {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}
    supervisor = Supervisor.take_from(environment)
    assert supervisor == Supervisor(address="/run/n", watchdog_s=60.0)
    assert environment == {}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "vsock:2:1"},
    ],
)
def test_what_is_not_meant_for_us_is_ignored(environment: dict[str, str]) -> None:
    supervisor = Supervisor.take_from(environment)
    assert supervisor == Supervisor()
    supervisor.ready("nobody listens")


def test_a_manager_that_is_gone_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Supervisor(address=str(tmp_path / "gone")).alive()
    assert "did not take WATCHDOG=1" in caplog.text


def test_the_unit_has_no_mistake_and_little_exposure() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(UNIT)], capture_output=True, text=True, check=False
    )
    # An unknown key or a bad value is only a line on standard error: the status stays 0.
    assert (checked.returncode, checked.stderr) == (0, "")
    scored = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={WORST_EXPOSURE}", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert scored.returncode == 0, scored.stdout[-200:]


def test_the_unit_agrees_with_the_daemon() -> None:
    lines = UNIT.read_text().splitlines()
    assert "Type=notify" in lines
    assert "ExecStart=/usr/bin/env astrolens daemon" in lines
    assert "RestartPreventExitStatus=75 78" in lines
    assert "WantedBy=default.target" in lines
