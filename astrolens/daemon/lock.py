"""One profile, one daemon: a lock that the system takes back when its holder dies."""

import errno
import fcntl
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from astrolens.domain.errors import ConfigError

ALREADY_RUNNING_EXIT_CODE = 75
_NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT})


class AlreadyRunning(Exception):
    """Another daemon holds the profile; the process ends with exit code 75.

    Parameters
    ----------
    file : Path
        The lock.
    pid : int or None
        Its holder, when it could be read.
    """

    def __init__(self, file: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{who} already works on this profile (lock {file}); attach with 'astrolens tui', "
            "end it with 'astrolens stop', or name another folder with ASTROLENS_DATA_DIR"
        )
        self.pid = pid


class ProfileLock:
    """Lock of one profile, held from enter to exit.

    Parameters
    ----------
    file : Path
        ``Paths.lock``; created with mode 0600, and never removed, so that no two processes can hold
        locks on two files of one name.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def __enter__(self) -> Self:
        """Take the lock or fail at once.

        Returns
        -------
        ProfileLock
            Itself.

        Raises
        ------
        AlreadyRunning
            If another process holds it.
        ConfigError
            If the path is no file of ours.
        """
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _read_pid(handle)
            os.close(handle)
            raise AlreadyRunning(self._file, pid) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def held(self) -> bool:
        """Whether this object holds the lock.

        Returns
        -------
        bool
            True between enter and exit.
        """
        return self._handle is not None

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            handle = os.open(self._file, flags, 0o600)
        except OSError as error:
            remedy = (
                "name another data folder, or make room and give the right to write in this one"
                if error.errno in _NOT_WRITABLE
                else f"it must be a file of user {os.getuid()}, remove what is there"
            )
            raise ConfigError(f"{self._file}: {error.strerror}; {remedy}") from error
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_nlink != 1:
            os.close(handle)
            raise ConfigError(f"{self._file} is no plain file of user {os.getuid()}; remove it")
        os.fchmod(handle, 0o600)
        return handle


def holder(file: Path) -> int | None:
    """Process that holds a profile now.

    Parameters
    ----------
    file : Path
        ``Paths.lock``.

    Returns
    -------
    int or None
        None when nobody does.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_pid(handle)
    finally:
        os.close(handle)
    return None


def _read_pid(handle: int) -> int | None:
    text = os.pread(handle, 20, 0).strip()
    return int(text) if text.isdigit() else None
