"""Labels one after the other as quick as the terminal takes them: saved on disk, and the next picture there."""

import re
import statistics
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from astrolens.bench.measured import Progress
from astrolens.bench.pty_child import PtyChild, cpu_s

_WORDS = (("n", "normal"), ("x", "artefact"), ("a", "anomaly"), ("d", "unsure"))
_PICTURE = "▀".encode()
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[a-zA-Z$]|\][^\x07]*\x07)")
_SLOWEST_S = 30.0
_SLOWEST_TOLD = 5


def bench_labels(terminal: Sequence[str], count: int, *, progress: Progress) -> dict[str, Any]:
    """Judge pictures in the review view.

    Parameters
    ----------
    terminal : sequence of str
        What starts the terminal, on a daemon that has so many pictures to judge.
    count : int
        Labels.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        Seconds from the key until the daemon has the label on disk and the next picture is drawn: median, 95th
        percentile, the longest ones, how many took more than 0.5 s; processor time of the terminal a label.

    Raises
    ------
    Unavailable
        When one never comes.
    """
    took = []
    with PtyChild(terminal) as child:
        child.wait_for("leave")
        child.forget()
        child.press("3")
        child.wait(lambda tail: _PICTURE in tail, "a picture to judge")
        time.sleep(1.0)
        spent = cpu_s(child.pid)
        for number in range(count):
            key, word = _WORDS[number % len(_WORDS)]
            child.forget()
            began = time.perf_counter()
            child.press(key)
            child.wait(lambda tail: _PICTURE in tail, "the next picture", _SLOWEST_S)
            child.wait(partial(_says, f"saved: {word}".encode()), f"saved: {word}", _SLOWEST_S)
            took.append(time.perf_counter() - began)
            progress("labels", number + 1, count)
        spent = cpu_s(child.pid) - spent
    took.sort()
    return {
        "labels": count,
        "median_s": round(statistics.median(took), 3),
        "p95_s": round(took[int(0.95 * (count - 1))], 3),
        "longest_s": [round(one, 3) for one in took[-_SLOWEST_TOLD:]],
        "over_half_a_second": sum(one > 0.5 for one in took),
        "terminal_cpu_ms": round(1e3 * spent / count, 1),
    }


def _says(words: bytes, tail: bytes) -> bool:
    return words in _SEQUENCE.sub(b"", tail)
