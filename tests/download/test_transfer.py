"""A body is written in order, hashed, and not in a place that is not there."""

import hashlib
from pathlib import Path

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.download.transfer import FileSink


@pytest.mark.parametrize("sizes", [[], [1], [2**20, 1], [300_000] * 9])
async def test_a_sink_writes_and_hashes(sizes: list[int], tmp_path: Path) -> None:
    chunks = [bytes([number]) * size for number, size in enumerate(sizes)]
    sink = FileSink(tmp_path / "file")
    for chunk in chunks:
        await sink.write(chunk)
    assert await sink.finish() == hashlib.sha256(b"".join(chunks)).hexdigest()
    assert sink.size_bytes == sum(sizes)
    assert (tmp_path / "file").read_bytes() == b"".join(chunks)


async def test_discarding_removes_what_was_written(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "file")
    await sink.discard()
    await sink.write(bytes(2**21))
    await sink.discard()
    assert not (tmp_path / "file").exists()


async def test_a_disk_that_takes_nothing_is_a_reason_to_wait() -> None:
    sink = FileSink(Path("/dev/full"))
    with pytest.raises(Unavailable, match="No space left"):
        await sink.write(bytes(2**21))
