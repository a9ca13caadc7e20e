"""What a reader that reads nothing costs a daemon: many short windows in turn, so that a busy machine cancels out."""

import math
import socket
import statistics
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_REQUEST = (
    "GET /events?after={after} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)
_KEY = b64encode(b"a stopped reader").decode("ascii")
_STATUS_BYTES = 12  # "HTTP/1.1 101"


@contextmanager
def mute_reader(path: Path, after: int) -> Iterator[None]:
    """Ask a daemon for its events and read none: all that it sees of a terminal that was stopped.

    Parameters
    ----------
    path : Path
        The daemon's socket.
    after : int
        Number of the last event that need not be sent.

    Yields
    ------
    None
        While it is attached.

    Raises
    ------
    ConnectionError
        When the daemon does not begin the stream.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(30.0)
        connection.connect(str(path))
        connection.sendall(_REQUEST.format(after=after, key=_KEY).encode("ascii"))
        if not (answer := connection.recv(_STATUS_BYTES)).endswith(b" 101"):
            raise ConnectionError(f"the daemon did not begin the stream of events: {answer!r}")
        yield


def paired(
    window: Callable[[], dict[str, float]],
    mute: Callable[[], Any],
    pairs: int,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Windows without and with a reader that is mute, in the order ABBA, and the interval of their ratio.

    Parameters
    ----------
    window : Callable
        Measures one window; numbers by name, the larger the better.
    mute : Callable
        Makes a context in which the reader is attached.
    pairs : int
        How many of each.
    progress : Callable
        Told after each pair.

    Returns
    -------
    dict
        For each number the geometric mean of the paired ratios (with / without) and its 95 % interval (of the
        mean of the logarithms, by their scatter; 1.96 standard errors).
    """
    ratios: dict[str, list[float]] = {}
    for number in range(pairs):
        if number % 2:
            with mute():
                beside = window()
            alone = window()
        else:
            alone = window()
            with mute():
                beside = window()
        for name, value in alone.items():
            ratios.setdefault(name, []).append(math.log(beside[name] / value))
        progress(number + 1)
    return {"pairs": pairs, **{name: _interval(values) for name, values in ratios.items()}}


def _interval(logs: list[float]) -> dict[str, Any]:
    mean = statistics.fmean(logs)
    error = 1.96 * statistics.stdev(logs) / math.sqrt(len(logs)) if len(logs) > 1 else math.inf
    return {
        "ratio": round(math.exp(mean), 4),
        "ratio_95": [round(math.exp(mean - error), 4), round(math.exp(mean + error), 4)],
        "scatter": round(statistics.pstdev(logs), 4),
    }
