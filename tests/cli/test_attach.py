"""The terminal on the shared daemon, in a terminal of its own."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from time import monotonic

import pytest

from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_it_shows_the_daemon_until_a_person_leaves(daemon: DaemonProcess) -> None:
    try:
        ours, its = os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal here: {error}")
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "astrolens", "tui"], stdin=its, stdout=its, stderr=its,
        env={**os.environ, "TERM": "xterm-256color"}, start_new_session=True,
    )  # fmt: skip
    os.close(its)
    seen = b""
    deadline = monotonic() + 60
    asked = False
    try:
        while monotonic() < deadline:
            try:
                seen += os.read(ours, 65536)
            except OSError:  # the other end is closed: it has left
                break
            if not asked and b"folder" in seen:
                asked = True
                os.write(ours, b"q")
        assert process.wait(20) == 0, seen[-500:]
        assert asked
    finally:
        process.kill()
        process.wait()
        os.close(ours)
