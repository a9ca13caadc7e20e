"""The child's own loop, at the end of real pipes."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from astrolens.domain.errors import BadData, PluginError
from astrolens.pipeline.sandbox_child import answer, load
from astrolens.pipeline.sandbox_wire import Reply, pack, read_frame, unpack_reply

JOBS = "tests.pipeline.sandbox_jobs:work"


def run_child(*arguments: str, sent: bytes = b"") -> tuple[int, BytesIO]:
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "astrolens.pipeline.sandbox_child", *arguments],
        input=sent,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": root},
        timeout=15,
        check=False,
    )
    return done.returncode, BytesIO(done.stdout)


@pytest.mark.process
def test_prints_never_reach_the_frames_and_the_end_of_the_pipe_ends_it() -> None:
    request = b"".join(pack({"do": "echo", "number": 3}))
    status, output = run_child(JOBS, "1024", "5", str(os.getpid()), sent=2 * request)
    assert status == 0
    ready = read_frame(output)
    assert ready is not None
    assert ready[0] == {"ready": True}
    for _ in range(2):
        frame = read_frame(output)
        assert frame is not None
        assert unpack_reply(*frame).values["number"] == 3
    assert output.read() == b""


@pytest.mark.process
def test_a_missing_function_is_told() -> None:
    status, output = run_child("tests.pipeline.no_such_module:work", "1024", "5", str(os.getpid()))
    frame = read_frame(output)
    assert frame is not None
    assert "no_such_module" in frame[0]["failed"]
    assert status == 1


@pytest.mark.process
def test_a_child_of_nobody_ends_at_once() -> None:
    status, output = run_child(JOBS, "1024", "5", "1")
    assert (status, output.read()) == (0, b"")


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (BadData("blank"), "BadData", "blank"),
        (PluginError("no such option"), "PluginError", "no such option"),
        (MemoryError(), "MemoryError", ""),
        (TypeError("bad card"), "", "TypeError: bad card"),
    ],
)
def test_errors_become_frames(error: Exception, name: str, message: str) -> None:
    def work(_: dict[str, Any]) -> Reply:
        raise error

    frame = read_frame(BytesIO(b"".join(answer(work, {}))))
    assert frame is not None
    assert (frame[0]["error"], frame[0]["message"]) == (name, message)


def test_load_finds_the_function() -> None:
    found: object = load("astrolens.pipeline.sandbox_wire:pack")
    assert found is pack
