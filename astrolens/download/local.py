"""Files of one's own disk, copied as if a stranger sent them."""

import hashlib
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from time import time

from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.image import FetchedFile

_CHUNK_BYTES = 2**20
_SETTLE_S = 2.0


def copy_local(path: Path, into: Path, limit_bytes: int, *, now_s: Callable[[], float] = time) -> FetchedFile:
    """Copy a file and hash it; to be called in a worker thread.

    Parameters
    ----------
    path : Path
        The file; symbolic links are followed.
    into : Path
        The file to write; created or overwritten, and removed again when the copy fails.
    limit_bytes : int
        Largest file.
    now_s : Callable
        Wall clock, seconds since 1970.

    Returns
    -------
    FetchedFile
        What was written. Nothing is known yet about its content.

    Raises
    ------
    BadData
        When it is gone, no regular file, not readable, or too large.
    Unavailable
        When it changed within the last two seconds or while it was copied: somebody still writes it.
        Also when there is no room for the copy.
    """
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise BadData(f"{path} is gone") from error
    except (OSError, ValueError) as error:
        raise BadData(f"{path} cannot be opened: {error}") from error
    try:
        return _copy(descriptor, path, into, limit_bytes, now_s)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def write_bytes(content: bytes, into: Path, limit_bytes: int) -> FetchedFile:
    """Write what a source made itself; to be called in a worker thread.

    Parameters
    ----------
    content : bytes
        The file.
    into : Path
        The file to write; created or overwritten.
    limit_bytes : int
        Largest file.

    Returns
    -------
    FetchedFile
        What was written.

    Raises
    ------
    BadData
        When it is too large.
    Unavailable
        When there is no room for it.
    """
    if len(content) > limit_bytes:
        raise BadData(f"the source made {len(content)} bytes; at most {limit_bytes} are taken")
    with into.open("wb", buffering=0) as copy:
        _write(copy, content, into)
    return FetchedFile(path=into, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


def _copy(
    descriptor: int, path: Path, into: Path, limit_bytes: int, now_s: Callable[[], float]
) -> FetchedFile:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise BadData(f"{path} is no regular file")
    if before.st_size > limit_bytes:
        raise BadData(f"{path} has {before.st_size} bytes; at most {limit_bytes} are taken")
    if 0.0 <= now_s() - before.st_mtime < _SETTLE_S:
        raise Unavailable(f"{path} changed a moment ago; it may still be written to", retry_after_s=_SETTLE_S)
    digest, size_bytes = hashlib.sha256(), 0
    with into.open("wb", buffering=0) as copy:
        while chunk := _read(descriptor, path):
            digest.update(chunk)
            size_bytes += len(chunk)
            if size_bytes > limit_bytes:
                raise BadData(f"{path} grew beyond {limit_bytes} bytes")
            _write(copy, chunk, into)
    after = os.fstat(descriptor)
    if (after.st_size, after.st_mtime_ns) != (
        before.st_size,
        before.st_mtime_ns,
    ) or size_bytes != before.st_size:
        raise Unavailable(f"{path} changed while it was copied", retry_after_s=_SETTLE_S)
    return FetchedFile(path=into, sha256=digest.hexdigest(), size_bytes=size_bytes)


def _write(copy: io.FileIO, content: bytes, into: Path) -> None:
    """Write all of it; without a buffer, so that a full disk says so here and not when the file is closed."""
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[copy.write(rest) :]
    except OSError as error:
        raise Unavailable(f"cannot write a copy to {into.parent}: {error.strerror or error}") from error


def _read(descriptor: int, path: Path) -> bytes:
    try:
        return os.read(descriptor, _CHUNK_BYTES)
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror or error}") from error
