"""The daemon as a process: one per profile, signals, bad pictures, what it says to its supervisor."""

import gzip
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from astrolens.api import orders, questions
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_second_daemon_leaves_with_75(house: DaemonProcess) -> None:
    house.start()
    assert house.process is not None
    environment = {
        **os.environ,
        "ASTROLENS_DATA_DIR": str(house.data),
        "ASTROLENS_RUNTIME_DIR": str(house.folder / "run"),
    }
    second = subprocess.run(
        [sys.executable, "-m", "astrolens", "daemon", "--config", str(house.config)],
        capture_output=True, text=True, env=environment, check=False, timeout=60,
    )  # fmt: skip
    assert second.returncode == 75
    assert str(house.process.pid) in second.stderr
    assert house.client.ask(questions.health())["pid"] == house.process.pid


def test_socket_is_private_and_term_ends_within_five_seconds(house: DaemonProcess) -> None:
    house.paint(30)
    house.start()
    assert stat.S_IMODE(house.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(house.socket.parent.stat().st_mode) == 0o700
    began = monotonic()
    assert house.kill(signal.SIGTERM) == 0
    assert monotonic() - began < 5.0
    assert not house.socket.exists()


def test_hup_reads_the_configuration_again_and_keeps_the_old_one_when_it_is_bad(house: DaemonProcess) -> None:
    house.start()
    assert house.process is not None
    text = house.config.read_text()
    house.config.write_text(text.replace("budget_per_1000 = 20.0", "budget_per_1000 = 7.0"))
    house.process.send_signal(signal.SIGHUP)
    house.wait_until(lambda: house.status()["budget_per_1000"] == 7.0)
    house.config.write_text(text.replace("budget_per_1000 = 20.0", "budget_per_1000 = -1"))
    house.process.send_signal(signal.SIGHUP)
    house.wait_until(lambda: "budget_per_1000" in house.log())
    assert house.status()["budget_per_1000"] == 7.0


def test_supervisor_hears_ready_and_stopping(house: DaemonProcess, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        address = tmp_path / "notify"
        channel.bind(str(address))
        channel.settimeout(60)
        house.environment = {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "3000000"}
        house.start()
        house.wait_until(lambda: True)
        heard = ""
        while "READY=1" not in heard:  # what is slow to open feeds the watchdog meanwhile
            heard = channel.recv(4096).decode()
            assert "READY=1" in heard or heard == "WATCHDOG=1", heard
        assert "WATCHDOG=1" in channel.recv(4096).decode()
        house.kill(signal.SIGTERM)
        channel.settimeout(1)
        tail = ""
        while "STOPPING=1" not in tail:
            tail += channel.recv(4096).decode()


def test_broken_files_are_parked_with_a_reason_and_the_rest_goes_on(house: DaemonProcess) -> None:
    house.paint(6)
    good = (house.pictures / "galaxy0000.jpg").read_bytes()
    (house.pictures / "truncated.jpg").write_bytes(good[: len(good) // 2])
    (house.pictures / "empty.png").write_bytes(b"")
    (house.pictures / "page.jpg").write_text("<!DOCTYPE html><html><body>maintenance</body></html>")
    cards = [
        "SIMPLE  =                    T",
        "BITPIX  =                  -32",
        "NAXIS   =                    2",
    ]
    cards += ["NAXIS1  =           2000000000", "NAXIS2  =           2000000000", "END"]
    (house.pictures / "absurd.fits").write_bytes(
        "".join(card.ljust(80) for card in cards).encode().ljust(2880)
    )
    with gzip.open(house.pictures / "bomb.fits.gz", "wb", compresslevel=1) as stream:
        for _ in range(256):
            stream.write(bytes(4 << 20))
    (house.pictures / "gone.jpg").symlink_to(house.folder / "nowhere.jpg")
    house.start()

    def settled() -> bool:
        with sqlite3.connect(house.data / "astrolens.db") as connection:
            counts = dict(connection.execute("SELECT state, count(*) FROM images GROUP BY state"))
        return counts.get("analysed") == 6 and counts.get("parked", 0) >= 5

    house.wait_until(settled, 90)
    with sqlite3.connect(house.data / "astrolens.db") as connection:
        reasons = dict(connection.execute("SELECT key, reason FROM images WHERE state = 'parked'"))
    assert {"truncated.jpg", "empty.png", "page.jpg", "absurd.fits", "bomb.fits.gz"} <= set(reasons)
    assert all(len(reason) > 10 for reason in reasons.values()), reasons
    assert "HTML" in reasons["page.jpg"]
    assert house.status()["parked"] == len(reasons)


def test_a_file_sent_over_the_socket_is_measured_once(house: DaemonProcess) -> None:
    house.paint(1)
    house.start()
    first = house.client.ask(orders.submit(house.pictures / "galaxy0000.jpg"))["image_id"]
    again = house.client.ask(orders.submit(house.pictures / "galaxy0000.jpg"))["image_id"]
    assert first == again
    house.wait_until(lambda: house.client.ask(questions.image(first))["state"] in ("analysed", "duplicate"))
