"""Content-addressed folder: originals by SHA-256, and their thumbnails."""

import contextlib
import errno
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from astrolens.domain.errors import Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_SHA256 = re.compile(r"[0-9a-f]{64}")
_YOUNG_S = 3600.0


class BlobFolder:
    """Files named by the hash of their bytes; every file appears whole or not at all.

    Parameters
    ----------
    root : Path
        Created when missing. Originals lie in ``root/ab/abcd...``, thumbnails in
        ``root/thumbnails/ab/abcd....jpg``, files on their way in ``root/incoming``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._thumbnails = root / "thumbnails"
        self._size: int | None = None
        self._counting = threading.Lock()
        for folder in (root, self.incoming, self._thumbnails):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where an original lies, or would.

        Parameters
        ----------
        sha256 : str
            64 lower-case hex digits.

        Returns
        -------
        Path
            It may not exist.

        Raises
        ------
        ValueError
            If it is no such hash.
        """
        return self.root / _checked(sha256)[:2] / sha256

    def temporary(self) -> Path:
        """A fresh name on the same file system, for bytes on their way in.

        Returns
        -------
        Path
            In ``incoming``; no file is created. Left-overs are removed by `sweep`.
        """
        return self.incoming / uuid.uuid4().hex

    def add(self, temp: Path, sha256: str) -> Path:
        """Move a finished temporary file in; it is on the disk when this returns.

        Parameters
        ----------
        temp : Path
            Its bytes have this hash. It is gone afterwards, also when the blob was there before.
        sha256 : str
            64 lower-case hex digits.

        Returns
        -------
        Path
            The blob.

        Raises
        ------
        Unavailable
            If the disk is full or cannot be written now.
        """
        target = self.path(sha256)
        if target.exists():
            temp.unlink(missing_ok=True)
            return target
        with _room(self.root):
            size = self._move_in(temp, target)
        self._grew(size)
        return target

    def _move_in(self, temp: Path, target: Path) -> int:
        if temp.stat().st_dev != self.root.stat().st_dev:
            near = self.temporary()
            shutil.copyfile(temp, near)
            temp.unlink()
            temp = near
        with temp.open("rb") as file:
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        target.parent.mkdir(mode=0o700, exist_ok=True)
        temp.replace(target)
        _sync_folder(target.parent)
        return size

    def add_thumbnail(self, sha256: str, jpeg: bytes) -> None:
        """Keep the thumbnail of an original.

        Parameters
        ----------
        sha256 : str
            Of the original.
        jpeg : bytes
            The picture; it replaces an earlier one.

        Raises
        ------
        Unavailable
            If the disk is full or cannot be written now.
        """
        target = self._thumbnail_path(sha256)
        before = _size_of(target)
        temp = self.temporary()
        with _room(self.root):
            target.parent.mkdir(mode=0o700, exist_ok=True)
            temp.write_bytes(jpeg)
            temp.replace(target)
        self._grew(len(jpeg) - before)

    def thumbnail(self, sha256: str) -> bytes | None:
        """The thumbnail of an original.

        Parameters
        ----------
        sha256 : str
            Of the original.

        Returns
        -------
        bytes or None
            JPEG; None when there is none.
        """
        try:
            return self._thumbnail_path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, sha256: str) -> int:
        """Remove an original; its thumbnail stays, because lists show it.

        Parameters
        ----------
        sha256 : str
            64 lower-case hex digits.

        Returns
        -------
        int
            Bytes that became free; 0 when it was not there.
        """
        target = self.path(sha256)
        size = _size_of(target)
        target.unlink(missing_ok=True)
        self._grew(-size)
        return size

    def size_bytes(self) -> int:
        """Bytes of all originals and thumbnails.

        Returns
        -------
        int
            Counted once by a walk, kept up to date afterwards.
        """
        with self._counting:
            if self._size is None:
                self._size = sum(_size_of(path) for path in self._files())
            return self._size

    def sweep(self, known: Callable[[list[str]], set[str]], *, older_than_s: float = _YOUNG_S) -> int:
        """Remove what a kill left behind: originals that no row names, and temporary files.

        Parameters
        ----------
        known : callable
            Gets hashes, returns those that must stay.
        older_than_s : float
            Younger files are spared; their row may be about to be written.

        Returns
        -------
        int
            Files removed.
        """
        newest = time.time() - older_than_s
        removed = 0
        for path in self.incoming.iterdir():
            removed += _remove_if_older(path, newest)
        for shard in self._shards(self.root):
            names = [path.name for path in shard.iterdir()]
            for name in set(names) - known(names):
                size = _size_of(shard / name)
                if _remove_if_older(shard / name, newest):
                    removed += 1
                    self._grew(-size)
        return removed

    def _thumbnail_path(self, sha256: str) -> Path:
        return self._thumbnails / _checked(sha256)[:2] / f"{sha256}.jpg"

    def _grew(self, by_bytes: int) -> None:
        with self._counting:
            if self._size is not None:
                self._size += by_bytes

    def _files(self) -> Iterator[Path]:
        for root in (self.root, self._thumbnails):
            for shard in self._shards(root):
                yield from shard.iterdir()

    @staticmethod
    def _shards(root: Path) -> Iterator[Path]:
        return (folder for folder in root.iterdir() if len(folder.name) == 2 and folder.is_dir())


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"sha256 is {sha256!r}; it must be 64 lower-case hex digits")
    return sha256


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _remove_if_older(path: Path, newest: float) -> bool:
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_mtime < newest:
            path.unlink()
            return True
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Say of a full disk what it is: something to wait for, and no bug."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable(
            f"{folder} cannot be written now: {error.strerror}; free disk space or check its rights"
        ) from error
