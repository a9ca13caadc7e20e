"""Events faster than anyone can read, and a terminal that reads nothing at all."""

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, cast

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.bench.measured import Progress
from astrolens.bench.pty_child import PtyChild, cpu_s, main_thread_cpu_s, memory_mb, own_profile
from astrolens.bench.ui_pairs import added_share, in_turn, mute_reader, ratio_of
from astrolens.config.paths import make_private
from astrolens.domain.errors import Unavailable

_ACCOUNT = re.compile(r"events after (\d+) to (\d+): (\d+) counted, (\d+) missed")
_ROUND_S = 5.0
_ROUNDS = 6
_SETTLES_S = 3.0
_PAIR_S = 3.0
_FULL_AFTER_S = 1.0  # until the socket of a mute reader holds no more
_FRESH_TICK_S = 0.02
_COUNTED = ("downloaded", "measured")  # pictures gather between the two in waves; their mean runs evenly
_LISTED = "catalogues"  # a heading of the list


def bench_storm(folder: Path, *, rate: int, seconds: float, progress: Progress) -> dict[str, Any]:
    """Count every event of a storm in the terminal; compare what it costs the house with and without a reader.

    Parameters
    ----------
    folder : Path
        For a profile of its own.
    rate : int
        Events a second.
    seconds : float
        How long.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        Published, counted and missed by the terminal, whether they add up, the terminal's processor share and
        memory; and processor time of 1,000 events with a reader that is stopped against none.

    Raises
    ------
    Unavailable
        When the terminal never shows what it should.
    """
    make_private(folder)
    file = folder / "astrolens.toml"
    file.write_text("", encoding="utf-8")
    with own_profile(folder), subprocess.Popen(
        [sys.executable, "-m", "astrolens.bench.storm", str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as house:  # fmt: skip
        try:
            _said(house)
            out = _counted(house, file, rate, seconds, progress)
            out["stopped_reader"] = _stopped_reader(house, file, progress)
        finally:
            cast(IO[str], house.stdin).close()
            house.wait(20.0)
    return out


def _counted(
    house: "subprocess.Popen[str]", file: Path, rate: int, seconds: float, progress: Progress
) -> dict[str, Any]:
    with PtyChild(["-m", "astrolens", "tui", "--config", str(file)]) as child:
        child.wait_for("leave")
        time.sleep(_SETTLES_S)
        before, memory, written = cpu_s(child.pid), memory_mb(child.pid), child.bytes_written
        progress("storm", 0, 1)
        said = _asked(house, rate, seconds)
        spent = cpu_s(child.pid) - before
        time.sleep(_SETTLES_S)
        after = memory_mb(child.pid)
        drawn = child.bytes_written - written
        child.press("q")
        child.end()
        progress("storm", 1, 1)
    account = _ACCOUNT.findall((file.parent / "d" / "terminal.log").read_text(encoding="utf-8"))
    if not account:
        raise Unavailable("the terminal left no account of its events in terminal.log")
    first, last, counted, missed = map(int, account[-1])
    return {
        "rate": rate,
        "published": said["published"],
        "published_per_s": round(said["published"] / said["wall_s"], 1),
        "counted": counted,
        "missed_and_told": missed,
        "exact": counted + missed == last - first == said["published"] and last == said["last"],
        "terminal_cpu_share": round(spent / said["wall_s"], 3),
        "terminal_memory_mb": [round(memory, 1), round(after, 1)],
        "terminal_wrote_kb_per_s": round(drawn / 1e3 / said["wall_s"], 1),
    }


def _stopped_reader(house: "subprocess.Popen[str]", file: Path, progress: Progress) -> dict[str, Any]:
    """Rounds as fast as it goes, with nobody and with a terminal that was stopped, in turn."""
    alone, beside, memory = [], [], []
    for number in range(_ROUNDS):
        alone.append(_cost(_asked(house, 0, _ROUND_S)))
        with PtyChild(["-m", "astrolens", "tui", "--config", str(file)]) as child:
            child.wait_for("leave")
            time.sleep(1.0)
            child.stop()
            began = memory_mb(house.pid)
            beside.append(_cost(_asked(house, 0, _ROUND_S)))
            memory.append(memory_mb(house.pid) - began)
            child.go_on()
        progress("rounds with a stopped reader", number + 1, _ROUNDS)
    ratios = [with_it / without for with_it, without in zip(beside, alone, strict=True)]
    return {
        "cpu_ms_per_1000_alone": round(statistics.median(alone), 3),
        "cpu_ms_per_1000_stopped": round(statistics.median(beside), 3),
        "more_us_per_event": round(statistics.median(beside) - statistics.median(alone), 3),
        "most_us_per_event": round(max(b - a for b, a in zip(beside, alone, strict=True)), 3),
        "cost_ratio": round(statistics.median(ratios), 4),
        "cost_ratios": [round(ratio, 4) for ratio in ratios],
        "house_memory_grew_mb": round(statistics.median(memory), 2),
    }


def _cost(said: dict[str, Any]) -> float:
    return 1e6 * float(said["cpu_s"]) / float(said["published"])


def bench_stopped(
    socket: Path,
    terminal: Sequence[str],
    daemon: int,
    *,
    seconds: float,
    windows: int,
    pairs: int,
    progress: Progress,
) -> dict[str, Any]:
    """Pictures that a real daemon measures while a terminal stands still, against none attached.

    Parameters
    ----------
    socket : Path
        The daemon's.
    terminal : sequence of str
        What starts the terminal.
    daemon : int
        Number of its process.
    seconds : float
        Length of a window.
    windows : int
        Windows with the stopped terminal; one more than that without.
    pairs : int
        Pairs of short windows, without and with a reader that reads nothing.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        Pictures per second of processor time and of wall time in each window, their ratio, the noise (largest change
        between neighbouring windows without a terminal), events for each picture, what the daemon's memory did; and
        from the short windows the ratio with its 95 % interval, and what the thread of the event loop, where all that is
        done for readers is done, spends more beside one that is mute, as a share of what a picture costs in all.
    """
    client = SyncClient(socket)
    time.sleep(seconds / 2)  # what waited before is worked off
    without, stopped, grew = [_window(client, daemon, seconds)], [], []
    for number in range(windows):
        with PtyChild(terminal) as child:
            child.wait_for("leave")
            time.sleep(1.0)
            child.stop()
            began = memory_mb(daemon)
            stopped.append(_window(client, daemon, seconds))
            grew.append(memory_mb(daemon) - began)
            child.go_on()
            child.forget()
            child.press("2")
            child.wait_for(_LISTED, 60.0)
        without.append(_window(client, daemon, seconds))
        progress("windows with a stopped terminal", number + 1, windows)
    short = in_turn(
        lambda: _window(client, daemon, _PAIR_S, settles_s=_FULL_AFTER_S),
        lambda: mute_reader(socket, 0),
        pairs,
        lambda number: progress("short windows with a reader that is mute", number, pairs),
    )
    every = [*without, *stopped]
    return {
        "window_s": seconds,
        "events_per_picture": round(statistics.fmean(window["events_per_picture"] for window in every), 2),
        "cpu_ms_per_picture": round(1e3 / statistics.fmean(window["per_cpu_s"] for window in every), 2),
        **{
            name: {
                "without": [round(window[name], 3) for window in without],
                "stopped": [round(window[name], 3) for window in stopped],
                "ratio": round(_between(name, without, stopped), 4),
                "noise": round(_noise(name, without), 4),
            }
            for name in ("per_cpu_s", "per_s")
        },
        "short_windows": {
            "window_s": _PAIR_S,
            "pairs": pairs,
            **{name: ratio_of(short, name) for name in ("per_cpu_s", "per_s")},
            "added_in_the_loop": added_share(short, "loop_s_per_picture", "cpu_s_per_picture"),
        },
        "daemon_memory_grew_mb": [round(value, 1) for value in grew],
    }


def _between(name: str, without: list[dict[str, float]], stopped: list[dict[str, float]]) -> float:
    """Each window with the stopped terminal against the mean of the one before and the one after; the median."""
    return statistics.median(
        2 * window[name] / (without[place][name] + without[place + 1][name])
        for place, window in enumerate(stopped)
    )


def _noise(name: str, without: list[dict[str, float]]) -> float:
    """Largest change between two neighbouring windows in which nothing was different."""
    return max(abs(second[name] / first[name] - 1) for first, second in pairwise(without))


def _window(client: SyncClient, daemon: int, seconds: float, *, settles_s: float = 0.0) -> dict[str, float]:
    time.sleep(settles_s)
    began = _measured(client, daemon)
    time.sleep(seconds)
    ended = _measured(client, daemon)
    pictures, events, spent, in_loop, passed = (
        then - before for then, before in zip(ended, began, strict=True)
    )
    return {
        "per_cpu_s": pictures / spent,
        "per_s": pictures / passed,
        "cpu_s_per_picture": spent / pictures,
        "loop_s_per_picture": in_loop / pictures,
        "events_per_picture": events / pictures,
    }


def _measured(client: SyncClient, daemon: int) -> tuple[float, float, float, float, float]:
    """Pictures, events, processor time of all and of the loop, and wall time, right after the daemon counted afresh."""
    before = client.ask(questions.status())["uptime_s"]
    while (status := client.ask(questions.status()))["uptime_s"] == before:
        time.sleep(_FRESH_TICK_S)
    count = statistics.fmean(stage["done"] for stage in status["stages"] if stage["name"] in _COUNTED)
    return count, status["last_event"], cpu_s(daemon), main_thread_cpu_s(daemon), time.monotonic()


def _asked(house: "subprocess.Popen[str]", rate: int, seconds: float) -> dict[str, Any]:
    pipe = cast(IO[str], house.stdin)
    pipe.write(f"{rate} {seconds}\n")
    pipe.flush()
    return _said(house)


def _said(house: "subprocess.Popen[str]") -> dict[str, Any]:
    line = cast(IO[str], house.stdout).readline()
    if not line:
        raise Unavailable("the house of the storm ended before it answered")
    return cast("dict[str, Any]", json.loads(line))
