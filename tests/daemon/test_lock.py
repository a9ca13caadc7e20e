"""One profile, one daemon."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens.daemon.lock import ALREADY_RUNNING_EXIT_CODE, AlreadyRunning, ProfileLock, holder
from astrolens.domain.errors import ConfigError

HOLD = """
import sys
from pathlib import Path
from astrolens.daemon.lock import ProfileLock
with ProfileLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_is_private_names_its_holder_and_is_free_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    lock = ProfileLock(file)
    with lock:
        assert lock.held()
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text() == f"{os.getpid()}\n"
    assert not lock.held()
    assert file.read_text() == ""
    with ProfileLock(file):
        pass


def test_a_second_holder_is_told_who_is_first_until_that_one_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {first.pid}") as refused, ProfileLock(file):
            pass
        assert refused.value.pid == first.pid
        assert holder(file) == first.pid
        first.kill()
        first.wait()
    assert holder(file) is None
    with ProfileLock(file):
        assert file.read_text() == f"{os.getpid()}\n"


def test_of_many_at_once_exactly_one_holds(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from astrolens.daemon.lock import *\n"
        "try:\n    with ProfileLock(Path(sys.argv[1])):\n        print('held', flush=True); sys.stdin.read()\n"
        "except AlreadyRunning:\n    sys.exit(ALREADY_RUNNING_EXIT_CODE)\n"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    try:
        held = [
            start for start in starts if start.stdout is not None and start.stdout.readline() == b"held\n"
        ]
        assert len(held) == 1
        refused = [start.wait() for start in starts if start is not held[0]]
        assert refused == [ALREADY_RUNNING_EXIT_CODE] * 5
    finally:
        for start in starts:
            start.kill()
            start.communicate()


def test_links_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    link = tmp_path / "link"
    link.symlink_to(target)
    hard = tmp_path / "hard"
    hard.hardlink_to(target)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (link, hard, pipe, tmp_path):
        with pytest.raises(ConfigError, match="remove"), ProfileLock(place):
            pass
    assert target.read_text() == "precious"
    assert holder(link) is None


def test_a_folder_that_cannot_be_written_is_not_to_be_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(ConfigError, match="Read-only file system; name another data folder"):
        ProfileLock(tmp_path / "lock").__enter__()
