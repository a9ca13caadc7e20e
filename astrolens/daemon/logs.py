"""One log format for the journal, one for a terminal; no line blocks the loop, floods, or tells a secret."""

import json
import logging
import logging.handlers
import os
import queue
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

from astrolens.config.settings import DaemonSettings
from astrolens.domain.clock import iso
from astrolens.domain.text import clean

_LONGEST_LINE = 8_000
_QUEUE_LENGTH = 10_000
_BURST = 20
_WINDOW_S = 60.0
_MOST_KEYS = 1_000
_HIDDEN = "[hidden]"
_SECRETS = (
    re.compile(r"(?i)(\bauthorization\b\s*[:=]\s*['\"]?\s*(?:bearer|basic|token)?\s*)[^\s'\",;]+"),
    re.compile(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(
        r"(?i)((?:\b|_)(?:api[_-]?key|access[_-]?key|token|secret|password|passwd|pwd)\b['\"]?\s*[:=]\s*['\"]?)"
        r"(?!(?:is )?missing[;\s]|got \*)[^\s'\"&,;]+"
    ),
    re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+(?=@)"),
)
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def hide_secrets(text: str, known: Iterable[str] = ()) -> str:
    """Text without tokens, passwords and keys.

    Parameters
    ----------
    text : str
        Any text.
    known : iterable of str
        Secrets that are hidden wherever they stand.

    Returns
    -------
    str
        Each secret replaced.
    """
    for secret in known:
        text = text.replace(secret, _HIDDEN)
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<1>{_HIDDEN}", text)
    return text


class _Line(logging.Formatter):
    """What both formats share: message and traceback, harmless and without secrets."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self._known = tuple(secret for secret in known if secret)

    def words(self, record: logging.LogRecord) -> str:
        return clean(hide_secrets(record.getMessage(), self._known), _LONGEST_LINE)

    def trace(self, record: logging.LogRecord) -> list[str]:
        text = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else "")
        lines = hide_secrets(text, self._known).splitlines()
        return [clean(line, _LONGEST_LINE) for line in lines]


class TextLines(_Line):
    """For a terminal and a file: time (UTC), level, words; a traceback indented below."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text.

        Parameters
        ----------
        record : logging.LogRecord
            Any record.

        Returns
        -------
        str
            One line, or more with a traceback.
        """
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        head = f"{at} {record.levelname.lower():7} {record.name.removeprefix('astrolens.')}: {self.words(record)}"
        return "\n".join([head, *(f"    {line}" for line in self.trace(record))])


class JsonLines(_Line):
    """For the journal: a syslog priority, then one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line.

        Parameters
        ----------
        record : logging.LogRecord
            Any record; fields given as ``extra`` become members.

        Returns
        -------
        str
            ``<N>{...}``.
        """
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        line: dict[str, Any] = {
            "at": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.words(record),
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD_FIELDS and name not in line:
                line[name] = self._plain(value)
        trace = self.trace(record)
        if trace:
            line["traceback"] = trace
        return f"<{priority}>{json.dumps(line, allow_nan=True, separators=(',', ':'))}"

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        return clean(hide_secrets(str(value), self._known), _LONGEST_LINE)


class RateLimit(logging.Filter):
    """At most so many lines of one template in a window; then one that counts what was left out.

    Parameters
    ----------
    burst : int
        Lines of one logger, level and template in a window.
    window_s : float
        Seconds.
    clock : Callable
        Monotonic seconds.
    """

    def __init__(
        self, burst: int = _BURST, window_s: float = _WINDOW_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._burst = burst
        self._window_s = window_s
        self._clock = clock
        self._seen: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Decide about one line.

        Parameters
        ----------
        record : logging.LogRecord
            Any record; its first line after a pause says how many were left out.

        Returns
        -------
        bool
            False leaves it out. Debug lines and lines with a traceback always pass.
        """
        if record.levelno <= logging.DEBUG or record.exc_info:
            return True
        key = (record.name, record.levelno, str(record.msg))
        now = self._clock()
        began, count = self._seen.get(key, (now, 0))
        if now - began < self._window_s:
            self._seen[key] = (began, count + 1)
            self._forget_oldest()
            return count < self._burst
        self._seen[key] = (now, 1)
        if count > self._burst:
            record.msg = f"{record.getMessage()} ({count - self._burst} more like this were left out)"
            record.args = None
        return True

    def _forget_oldest(self) -> None:
        if len(self._seen) > _MOST_KEYS:
            self._seen.pop(min(self._seen, key=lambda key: self._seen[key][0]))


class _Door(logging.handlers.QueueHandler):
    """Hands records to the writing thread; a full queue drops the line instead of waiting."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.msg = record.getMessage()
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return


def under_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream ends in the journal.

    Parameters
    ----------
    stream : TextIO
        Usually ``sys.stderr``.
    environment : Mapping of str to str
        ``os.environ``; systemd sets ``JOURNAL_STREAM``.

    Returns
    -------
    bool
        True when device and inode are the journal's.
    """
    named = environment.get("JOURNAL_STREAM", "")
    try:
        facts = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{facts.st_dev}:{facts.st_ino}"


@contextmanager
def logging_to(
    settings: DaemonSettings,
    *,
    stream: TextIO | None = None,
    known_secrets: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Send every log line of the process to one stream, through a thread of its own.

    Wrap it around the loop, not inside: its end waits for that thread.

    Parameters
    ----------
    settings : DaemonSettings
        ``log_level`` and ``log_format``.
    stream : TextIO, optional
        Standard error when not given.
    known_secrets : iterable of str
        Hidden wherever they stand.
    environment : Mapping of str to str, optional
        ``os.environ`` when not given.

    Yields
    ------
    None
        At the end every line is written and the loggers are as before.
    """
    stream = sys.stderr if stream is None else stream
    environment = os.environ if environment is None else environment
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and under_journal(stream, environment)
    )
    writer = logging.StreamHandler(stream)
    writer.setFormatter(JsonLines(known_secrets) if as_json else TextLines(known_secrets))
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(_QUEUE_LENGTH)
    door = _Door(waiting)
    door.addFilter(RateLimit())
    listener = logging.handlers.QueueListener(waiting, writer)
    root = logging.getLogger()
    before = root.level
    root.addHandler(door)
    root.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    listener.start()
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(door)
        root.setLevel(before)
        listener.stop()


def set_level(level: str) -> None:
    """Change the least serious line, after a reload.

    Parameters
    ----------
    level : str
        ``daemon.log_level``.
    """
    logging.getLogger().setLevel(level.upper())
