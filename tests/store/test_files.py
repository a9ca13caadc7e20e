"""Blobs: whole or not there, named by their bytes, swept after a kill."""

import hashlib
import os
from pathlib import Path

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.store.files import BlobFolder


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


def put(blobs: BlobFolder, content: bytes) -> str:
    temp = blobs.temporary()
    temp.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    assert blobs.add(temp, sha256).read_bytes() == content
    assert not temp.exists()
    return sha256


def test_blob_lies_below_the_first_two_digits(blobs: BlobFolder) -> None:
    sha256 = put(blobs, b"a")
    assert blobs.path(sha256) == blobs.root / sha256[:2] / sha256


def test_adding_twice_is_adding_once(blobs: BlobFolder) -> None:
    assert put(blobs, b"a") == put(blobs, b"a")
    assert blobs.size_bytes() == 1


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" * 64])
def test_name_that_is_no_hash_is_refused(blobs: BlobFolder, name: str) -> None:
    with pytest.raises(ValueError, match="64"):
        blobs.path(name)


def test_thumbnail_comes_back_and_is_replaced(blobs: BlobFolder) -> None:
    sha256 = put(blobs, b"a")
    assert blobs.thumbnail(sha256) is None
    blobs.add_thumbnail(sha256, b"one")
    blobs.add_thumbnail(sha256, b"three")
    assert blobs.thumbnail(sha256) == b"three"
    assert blobs.size_bytes() == 1 + 5


def test_size_is_kept_up_to_date_and_agrees_with_a_walk(blobs: BlobFolder) -> None:
    assert blobs.size_bytes() == 0
    hashes = [put(blobs, bytes(number + 1)) for number in range(5)]
    blobs.add_thumbnail(hashes[0], b"png")
    assert blobs.remove(hashes[4]) == 5
    assert blobs.remove(hashes[4]) == 0
    assert blobs.size_bytes() == 1 + 2 + 3 + 4 + 3 == BlobFolder(blobs.root).size_bytes()


def test_sweep_removes_orphans_and_left_overs_but_nothing_young(blobs: BlobFolder) -> None:
    kept, orphan, young = put(blobs, b"kept"), put(blobs, b"orphan"), put(blobs, b"young")
    blobs.add_thumbnail(kept, b"png")
    left_over = blobs.temporary()
    left_over.write_bytes(b"half")
    for old in (blobs.path(kept), blobs.path(orphan), left_over):
        os.utime(old, (1, 1))
    assert blobs.sweep({kept}.intersection) == 2
    assert blobs.path(kept).exists()
    assert blobs.path(young).exists()
    assert not blobs.path(orphan).exists()
    assert not left_over.exists()
    assert blobs.thumbnail(kept) == b"png"


def test_folder_is_private(blobs: BlobFolder) -> None:
    assert blobs.root.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_disk_is_no_bug(tmp_path: Path) -> None:
    class Full(BlobFolder):
        def temporary(self) -> Path:
            path = super().temporary()
            path.symlink_to("/dev/full")
            return path

    with pytest.raises(Unavailable, match="cannot be written now: No space left on device; free disk space"):
        Full(tmp_path / "blobs").add_thumbnail("ab" * 32, b"jpeg")
