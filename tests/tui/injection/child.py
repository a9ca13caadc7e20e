"""A process in a real pseudo-terminal: every byte that it writes is kept."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.tui.injection.stream import words_in

ROOT = Path(__file__).resolve().parents[3]
_ENDS_IN_S = 10.0


class Child:
    """``with Child([...]) as child``: a Python module on the slave side, this test on the master side."""

    def __init__(
        self, arguments: Sequence[str], *, rows: int, columns: int, env: Mapping[str, str] | None = None
    ) -> None:
        try:
            self._master, slave = pty.openpty()
        except OSError as error:
            pytest.skip(f"no pseudo-terminal here: {error}")
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._written = bytearray()
        self._news = threading.Condition()
        self._closed = False
        kept = {
            name: value
            for name, value in os.environ.items()
            if name != "NO_COLOR" and not name.startswith(("PYTEST", "COLUMNS", "LINES"))
        }
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
            env=kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"} | dict(env or {}),
        )  # fmt: skip
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="pty", daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(_ENDS_IN_S)
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._master, 65536)
            except OSError:  # the other side is closed
                part = b""
            with self._news:
                self._written += part
                self._closed = not part
                self._news.notify_all()
            if not part:
                return

    @property
    def written(self) -> bytes:
        """Everything so far."""
        with self._news:
            return bytes(self._written)

    def press(self, keys: str) -> int:
        """Type; how much was written before."""
        with self._news:
            before = len(self._written)
        os.write(self._master, keys.encode())
        return before

    def wait_for(self, condition: Callable[[bytes], bool], what: str, timeout_s: float = 15.0) -> None:
        """Wait until what was written fulfils a condition."""
        with self._news:
            done = self._news.wait_for(lambda: condition(bytes(self._written)) or self._closed, timeout_s)
            assert done, f"this never came: {what}\n{self._end_of_it()}"
            assert condition(bytes(self._written)), f"it ended before: {what}\n{self._end_of_it()}"

    def _end_of_it(self) -> str:
        """The last words, without what styles them."""
        return "".join(
            one if one.isprintable() or one == "\n" else "?" for one in words_in(bytes(self._written[-9000:]))
        )

    def end(self, timeout_s: float = 10.0) -> int:
        """Wait until it leaves by itself; its exit code."""
        code = self._process.wait(timeout_s)
        self._reader.join(_ENDS_IN_S)
        return code
