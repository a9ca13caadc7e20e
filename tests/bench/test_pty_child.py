"""A program in a pseudo-terminal: heard, typed to, stopped, counted."""

import os
import sys
from pathlib import Path

import pytest

from astrolens.bench.pty_child import PtyChild, cpu_s, main_thread_cpu_s, memory_mb, own_profile
from astrolens.domain.errors import Unavailable

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is not there"),
]
_ECHO = "import sys\nprint('\\x1b[1mrea\\x1b[0mdy', flush=True)\nfor line in sys.stdin: print('heard', line, flush=True)"


def test_it_hears_and_is_heard() -> None:
    with PtyChild(["-c", _ECHO]) as child:
        assert child.wait_for("ready", 15.0) > 0
        assert memory_mb(child.pid) > 1
        assert cpu_s(child.pid) >= 0
        child.forget()
        before = child.bytes_written
        child.press("x\n")
        assert child.wait_written(before)
        child.wait_for("heard x", 15.0)
        child.press("\x04")
        assert child.end() == 0


def test_what_never_comes_is_said_with_what_came() -> None:
    with PtyChild(["-c", _ECHO]) as child:
        child.wait_for("ready", 15.0)
        with pytest.raises(Unavailable, match="rea dy"):
            child.wait_for("never", 0.05)


def test_a_stopped_program_writes_nothing() -> None:
    with PtyChild(["-c", _ECHO]) as child:
        child.wait_for("ready", 15.0)
        child.stop()
        os.waitid(os.P_PID, child.pid, os.WSTOPPED)
        child.forget()
        child.press("x\n")
        with pytest.raises(Unavailable):
            child.wait_for("heard", 0.1)
        child.go_on()
        child.wait_for("heard x", 15.0)


def test_children_count_too() -> None:
    work = "import os, subprocess, sys\nsubprocess.run([sys.executable, '-c', 'sum(range(3*10**7))'])\nprint('done', flush=True)\nsys.stdin.read()"
    with PtyChild(["-c", work]) as child:
        child.wait_for("done", 30.0)
        assert cpu_s(child.pid) > 0.1
    assert cpu_s(2**22 + 1) != cpu_s(2**22 + 1), "nobody: NaN"


def test_the_first_thread_is_told_from_the_others() -> None:
    work = (
        "import threading, time\n"
        "def spin():\n while time.thread_time() < 0.5: pass\n"
        "other = threading.Thread(target=spin); other.start(); other.join()\n"
        "while time.thread_time() < 0.2: pass\n"
        "print('done', flush=True); input()"
    )
    with PtyChild(["-c", work]) as child:
        child.wait_for("done", 30.0)
        mine = main_thread_cpu_s(child.pid)
        assert 0.19 < mine < cpu_s(child.pid) - 0.4
    assert main_thread_cpu_s(2**22 + 1) != main_thread_cpu_s(2**22 + 1), "nobody: NaN"


def test_a_profile_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROLENS_DATA_DIR", "mine")
    monkeypatch.delenv("ASTROLENS_RUNTIME_DIR", raising=False)
    with own_profile(tmp_path):
        assert os.environ["ASTROLENS_DATA_DIR"] == str(tmp_path / "d")
    assert os.environ["ASTROLENS_DATA_DIR"] == "mine"
    assert "ASTROLENS_RUNTIME_DIR" not in os.environ
    assert sys.executable
