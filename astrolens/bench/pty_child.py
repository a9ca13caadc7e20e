"""A program in a real pseudo-terminal, with what it writes, what it costs, and the means to stop it."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from astrolens.domain.errors import Unavailable

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[a-zA-Z$]|\][^\x07]*\x07)")
_KEPT_BYTES = 400_000
_ENDS_IN_S = 10.0


class PtyChild:
    """``with PtyChild(["-m", "astrolens", "tui"]) as child``: Python on the slave side, we on the master side.

    Parameters
    ----------
    arguments : sequence of str
        For this Python.
    columns, rows : int
        Size of the terminal.
    environment : Mapping of str to str, optional
        Added to ours.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._tail = bytearray()
        self._news = threading.Condition()
        self.bytes_written = 0
        kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
        self.started_s = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *arguments], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env=kept | terminal | dict(environment or {}),
        )  # fmt: skip
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="pty", daemon=True)

    def __enter__(self) -> Self:
        """Begin to read."""
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, if it has not."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(_ENDS_IN_S)
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._master, 65536)
            except OSError:
                part = b""
            with self._news:
                self._tail += part
                del self._tail[:-_KEPT_BYTES]
                self.bytes_written += len(part)
                self._news.notify_all()
            if not part:
                return

    @property
    def pid(self) -> int:
        """Of the program.

        Returns
        -------
        int
            Its number.
        """
        return self._process.pid

    def forget(self) -> None:
        """Let what was written so far be past."""
        with self._news:
            self._tail.clear()

    def press(self, keys: str) -> None:
        """Type.

        Parameters
        ----------
        keys : str
            As a terminal sends them.
        """
        os.write(self._master, keys.encode())

    def wait_for(self, words: str, timeout_s: float = 120.0) -> float:
        """Wait until some words were written since `forget`.

        Parameters
        ----------
        words : str
            In one piece on the screen.
        timeout_s : float
            Longest wait.

        Returns
        -------
        float
            Seconds since the program was started.

        Raises
        ------
        Unavailable
            When they never come.
        """
        self.wait(lambda tail: words.encode() in _SEQUENCE.sub(b"", tail), f"{words!r}", timeout_s)
        return time.monotonic() - self.started_s

    def wait(self, condition: Callable[[bytes], bool], what: str, timeout_s: float = 120.0) -> None:
        """Wait until what was written fulfils a condition.

        Parameters
        ----------
        condition : Callable
            Gets the last bytes.
        what : str
            For the error.
        timeout_s : float
            Longest wait.

        Raises
        ------
        Unavailable
            When it never does.
        """
        with self._news:
            if not self._news.wait_for(lambda: condition(bytes(self._tail)), timeout_s):
                shown = _SEQUENCE.sub(b" ", bytes(self._tail[-4000:])).decode("utf-8", "replace")
                raise Unavailable(
                    f"the terminal never showed {what} within {timeout_s:g} s; its end: {shown[-600:]}"
                )

    def wait_written(self, more_than: int, timeout_s: float = 5.0) -> bool:
        """Wait until more was written than a number of bytes.

        Parameters
        ----------
        more_than : int
            Compared with `bytes_written`.
        timeout_s : float
            Longest wait.

        Returns
        -------
        bool
            Whether it was.
        """
        with self._news:
            return self._news.wait_for(lambda: self.bytes_written > more_than, timeout_s)

    def end(self, timeout_s: float = 20.0) -> int:
        """Wait until it leaves by itself.

        Parameters
        ----------
        timeout_s : float
            Longest wait.

        Returns
        -------
        int
            Its exit code.
        """
        return self._process.wait(timeout_s)

    def stop(self) -> None:
        """Stop it where it is, as Ctrl+Z does."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)


@contextmanager
def own_profile(folder: Path) -> Iterator[None]:
    """Keep this process and those that it starts to folders of their own, whatever the person has set.

    Parameters
    ----------
    folder : Path
        Private.

    Yields
    ------
    None
        While it holds.
    """
    own = {"ASTROLENS_DATA_DIR": str(folder / "d"), "ASTROLENS_RUNTIME_DIR": str(folder / "r")}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main_thread_cpu_s(pid: int) -> float:
    """Processor time of the thread that a process began with; a daemon's event loop runs in it.

    Parameters
    ----------
    pid : int
        Its number.

    Returns
    -------
    float
        Seconds, to the nanosecond where the system counts them, else to the tick; NaN where it does not say.
    """
    folder = Path(f"/proc/{pid}/task/{pid}")
    try:
        return int((folder / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return sum(map(int, fields[11:13])) / _TICKS


def cpu_s(pid: int) -> float:
    """Processor time of a process and its children, those that ended too.

    Parameters
    ----------
    pid : int
        Its number.

    Returns
    -------
    float
        Seconds; NaN where the system does not say.
    """
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (
                (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(folder.name))
        spent[int(folder.name)] = sum(map(int, fields[11:15])) / _TICKS
    if pid not in spent:
        return float("nan")
    family, total = [pid], 0.0
    while family:
        member = family.pop()
        total += spent.get(member, 0.0)
        family.extend(parents.get(member, []))
    return total


def memory_mb(pid: int) -> float:
    """Resident memory of one process.

    Parameters
    ----------
    pid : int
        Its number.

    Returns
    -------
    float
        Megabytes; NaN where the system does not say.
    """
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6
    except (OSError, IndexError, ValueError):
        return float("nan")
