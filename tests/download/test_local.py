"""Files on one's own disk that are not what they seem, or not finished."""

import hashlib
import os
import socket
from pathlib import Path

import pytest

from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.local import copy_local, write_bytes

OLD_S = 1_000_000_000.0


def settled(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    os.utime(path, (OLD_S, OLD_S))
    return path


def test_a_file_is_copied_and_hashed(tmp_path: Path) -> None:
    original = settled(tmp_path / "a.fits", b"sky" * 1000)
    link = tmp_path / "link.fits"
    link.symlink_to(original)
    for path in (original, link):
        file = copy_local(path, tmp_path / "copy", 10_000)
        assert (tmp_path / "copy").read_bytes() == b"sky" * 1000
        assert (file.sha256, file.size_bytes) == (hashlib.sha256(b"sky" * 1000).hexdigest(), 3000)
    assert original.exists()


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.fits"
    os.mkfifo(pipe)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path, reason in (
            (pipe, "no regular file"),
            (tmp_path, "no regular file"),
            (Path("/dev/zero"), "no regular file"),
            (tmp_path / "socket", "cannot be opened"),
            (tmp_path / "loop", "cannot be opened"),
            (tmp_path / "absent", "is gone"),
            (Path("nul\0name"), "cannot be opened"),
        ):
            with pytest.raises(BadData, match=reason):
                copy_local(path, tmp_path / "copy", 100)
    assert not (tmp_path / "copy").exists()


def test_a_file_that_changed_a_moment_ago_waits(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.fits", b"sky")
    with pytest.raises(Unavailable, match="may still be written") as waits:
        copy_local(path, tmp_path / "copy", 100, now_s=lambda: OLD_S + 1.9)
    assert waits.value.retry_after_s == 2.0
    assert copy_local(path, tmp_path / "copy", 100, now_s=lambda: OLD_S + 2.0).size_bytes == 3
    assert copy_local(path, tmp_path / "copy", 100, now_s=lambda: OLD_S - 50.0).size_bytes == 3


def test_a_file_that_grows_while_it_is_copied_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = settled(tmp_path / "a.fits", b"sky")
    read = os.read

    def read_and_grow(descriptor: int, size: int) -> bytes:
        content = read(descriptor, size)
        if not content:
            with path.open("ab") as file:
                file.write(b"more")
        return content

    monkeypatch.setattr(os, "read", read_and_grow)
    with pytest.raises(Unavailable, match="changed while it was copied"):
        copy_local(path, tmp_path / "copy", 100)
    assert not (tmp_path / "copy").exists()


def test_too_large_is_refused(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.fits", b"sky!")
    with pytest.raises(BadData, match="has 4 bytes; at most 3"):
        copy_local(path, tmp_path / "copy", 3)
    with pytest.raises(BadData, match="made 4 bytes"):
        write_bytes(b"sky!", tmp_path / "copy", 3)


def test_made_bytes_are_written_and_hashed(tmp_path: Path) -> None:
    file = write_bytes(b"sky!", tmp_path / "copy", 4)
    assert (file.path.read_bytes(), file.sha256) == (b"sky!", hashlib.sha256(b"sky!").hexdigest())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    original = settled(tmp_path / "a.fits", b"sky")
    for name in ("copy", "made"):
        (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(Unavailable, match=r"cannot write a copy to .*: No space left"):
        copy_local(original, tmp_path / "copy", 10_000)
    with pytest.raises(Unavailable, match="No space left"):
        write_bytes(b"sky", tmp_path / "made", 10_000)
