"""What a reader that reads nothing costs a daemon: many short windows in turn, so that a busy machine cancels out."""

import math
import socket
import statistics
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
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
        Number of the last event that need not be sent; the smaller, the sooner nothing more goes through.

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


def in_turn(
    window: Callable[[], dict[str, float]],
    mute: Callable[[], Any],
    pairs: int,
    progress: Callable[[int], None],
) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Windows without and with a reader that is mute, in the order ABBA.

    Parameters
    ----------
    window : Callable
        Measures one window; numbers by name.
    mute : Callable
        Makes a context in which the reader is attached.
    pairs : int
        How many of each.
    progress : Callable
        Told after each pair.

    Returns
    -------
    list of tuple of dict
        Of each pair the window without, and the one with.
    """
    found = []
    for number in range(pairs):
        if number % 2:
            with mute():
                beside = window()
            alone = window()
        else:
            alone = window()
            with mute():
                beside = window()
        found.append((alone, beside))
        progress(number + 1)
    return found


def ratio_of(windows: Sequence[tuple[dict[str, float], dict[str, float]]], name: str) -> dict[str, Any]:
    """Geometric mean of the paired ratios (with / without) and its 95 % interval.

    Parameters
    ----------
    windows : sequence of tuple of dict
        As `in_turn` gives them.
    name : str
        Of a number above 0.

    Returns
    -------
    dict
        ``ratio``, ``ratio_95`` (of the mean of the logarithms, by their scatter; 1.96 standard errors), ``scatter``
        of the logarithms.
    """
    logs = [math.log(beside[name] / alone[name]) for alone, beside in windows]
    mean, error = _interval(logs)
    return {
        "ratio": round(math.exp(mean), 4),
        "ratio_95": [round(math.exp(mean - error), 4), round(math.exp(mean + error), 4)],
        "scatter": round(statistics.pstdev(logs), 4),
    }


def added_share(
    windows: Sequence[tuple[dict[str, float], dict[str, float]]], part: str, whole: str
) -> dict[str, Any]:
    """What a part of the cost grows by beside the reader, as a share of the whole cost without one.

    The whole cost scatters with all that it is made of; where a reader can cost something in one part alone, the
    growth of that part is the growth of the whole, and scatters less.

    Parameters
    ----------
    windows : sequence of tuple of dict
        As `in_turn` gives them.
    part, whole : str
        Names of the costs, in the same unit.

    Returns
    -------
    dict
        ``share`` (mean of the paired differences of the part, divided by the mean of the whole), ``share_95`` and
        ``scatter`` of the differences.
    """
    usual = statistics.fmean(alone[whole] for alone, _beside in windows)
    differences = [(beside[part] - alone[part]) / usual for alone, beside in windows]
    mean, error = _interval(differences)
    return {
        "share": round(mean, 5),
        "share_95": [round(mean - error, 5), round(mean + error, 5)],
        "scatter": round(statistics.pstdev(differences), 5),
    }


def _interval(values: list[float]) -> tuple[float, float]:
    """Mean, and 1.96 standard errors of it."""
    error = 1.96 * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    return statistics.fmean(values), error
