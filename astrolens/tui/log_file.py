"""A log that never touches the terminal's own streams and never blocks its loop."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue

_LIMIT_BYTES = 2_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Send all records to a file (or nowhere), and put the handlers back that were there before.

    A handler on standard error would blank the screen, so whatever was installed is set aside.
    """
    root = logging.getLogger()
    before = list(root.handlers)
    own = logging.getLogger("astrolens")
    level = own.level
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    target: logging.Handler = logging.NullHandler()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = RotatingFileHandler(path, maxBytes=_LIMIT_BYTES, backupCount=1, encoding="utf-8")
    target.setFormatter(logging.Formatter(_FORMAT))
    listener = QueueListener(queue, target)
    root.handlers[:] = [QueueHandler(queue)]
    own.setLevel(logging.INFO)
    listener.start()
    try:
        yield
    finally:
        listener.stop()
        target.close()
        root.handlers[:] = before
        own.setLevel(level)
