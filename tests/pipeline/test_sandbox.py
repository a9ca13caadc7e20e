"""Real child processes that misbehave in every way a decoder can."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from astrolens.domain.errors import BadData, Unavailable
from astrolens.pipeline.sandbox import Sandbox

pytestmark = pytest.mark.process

JOBS = "tests.pipeline.sandbox_jobs:work"
MEMORY_MB = 1024


def sandbox(*, processes: int = 1, timeout_s: float = 10.0, function: str = JOBS) -> Sandbox:
    return Sandbox(function, processes=processes, memory_mb=MEMORY_MB, timeout_s=timeout_s)


async def test_values_arrays_and_blobs_come_back() -> None:
    async with sandbox() as box:
        reply = await box.run({"do": "echo", "number": 1000})
        assert reply.values["number"] == 1000
        assert np.isnan(reply.values["nan"])
        np.testing.assert_array_equal(reply.arrays["ramp"], np.arange(1000, dtype=np.float32)[None])
        assert not reply.arrays["ramp"].flags.writeable
        assert reply.arrays["mask"].dtype == np.bool_
        assert reply.arrays["none"].shape == (0, 4)
        assert reply.blobs == {"thumbnail": b"x" * 1000, "empty": b""}


async def test_twenty_requests_over_two_children() -> None:
    async with sandbox(processes=2) as box, asyncio.TaskGroup() as group:
        tasks = [group.create_task(box.run({"do": "echo", "number": n})) for n in range(20)]
    assert [task.result().values["number"] for task in tasks] == list(range(20))
    assert len({task.result().values["pid"] for task in tasks}) == 2


async def test_errors_cross_by_kind_and_the_child_lives_on() -> None:
    async with sandbox() as box:
        first = await box.run({"do": "nothing"})
        with pytest.raises(BadData, match=r"^blank: every pixel is 0.\[31m$"):
            await box.run({"do": "bad_data"})
        with pytest.raises(Unavailable, match="the disk is away"):
            await box.run({"do": "unavailable"})
        with pytest.raises(BadData, match=r"OverflowError: NAXIS1 is 10\*\*30"):
            await box.run({"do": "overflow"})
        with pytest.raises(BadData, match="only boolean, integer and float arrays"):
            await box.run({"do": "objects"})
        last = await box.run({"do": "nothing"})
    assert last.values["pid"] == first.values["pid"]


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("bomb", "needs more than 1024 MB to decode"),
        ("crash", "exit status 3"),
        ("nonsense", "answer nonsense"),
        ("flood", "payload 104857600 bytes"),
    ],
)
async def test_a_death_is_the_pictures_fault_and_the_child_is_replaced(job: str, reason: str) -> None:
    async with sandbox() as box:
        first = await box.run({"do": "nothing"})
        with pytest.raises(BadData, match=reason):
            await box.run({"do": job})
        after = await box.run({"do": "nothing"})
    assert after.values["pid"] != first.values["pid"]
    assert after.values["jobs"] == 1


@pytest.mark.parametrize("job", ["hang", "spin"])
async def test_a_picture_over_its_time_is_refused(job: str) -> None:
    async with sandbox(timeout_s=0.3) as box:
        with pytest.raises(BadData, match=r"takes more than 0\.3 s"):
            await box.run({"do": job})
        assert (await box.run({"do": "nothing"})).values["jobs"] == 1


async def test_a_picture_is_not_blamed_for_a_worn_child() -> None:
    async with sandbox() as box:
        await box.run({"do": "nothing"})
        reply = await box.run({"do": "crash_when_used"})
    assert reply.values["jobs"] == 1


async def test_a_child_stopped_from_outside_is_no_fault_of_the_picture() -> None:
    async with sandbox() as box:
        with pytest.raises(Unavailable, match="SIGTERM"):
            await box.run({"do": "polite_end"})


async def test_cancelling_kills_the_child_and_frees_its_place() -> None:
    async with sandbox() as box:
        pid = (await box.run({"do": "nothing"})).values["pid"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await box.run({"do": "hang"})
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert (await box.run({"do": "nothing"})).values["pid"] != pid


async def test_a_child_writes_no_file_and_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTROLENS_SECRET_TOKEN", "hunter2")
    async with sandbox() as box:
        with pytest.raises(BadData, match="OSError"):
            await box.run({"do": "write_file", "path": str(tmp_path / "escape")})
        environment = (await box.run({"do": "environment"})).values["environment"]
    assert "hunter2" not in environment.values()
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


async def test_a_function_that_cannot_be_loaded_is_a_bug() -> None:
    async with sandbox(function="tests.pipeline.sandbox_jobs:absent") as box:
        with pytest.raises(RuntimeError, match="absent"):
            await box.run({})


async def test_a_closed_sandbox_refuses() -> None:
    box = sandbox()
    async with box:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await box.run({"do": "nothing"})


def test_at_least_one_process() -> None:
    with pytest.raises(ValueError, match="at least one"):
        sandbox(processes=0)


def test_children_die_with_a_parent_that_is_killed() -> None:
    script = (
        "import asyncio, os\n"
        "from astrolens.pipeline.sandbox import Sandbox\n"
        "async def main():\n"
        f"    async with Sandbox({JOBS!r}, processes=1, memory_mb=1024, timeout_s=60) as box:\n"
        "        print((await box.run({'do': 'nothing'})).values['pid'], flush=True)\n"
        "        await box.run({'do': 'hang'})\n"
        "asyncio.run(main())\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watched = os.pidfd_open(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        try:
            assert select.select([watched], [], [], 5.0)[0]  # a pidfd is readable when its process ended
        finally:
            os.close(watched)
