"""The terminal as a person has it: in a real pseudo-terminal, on a real daemon, beside Textual's own table."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolens.api import orders, questions
from astrolens.api.sync_client import SyncClient
from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import Progress
from astrolens.bench.pty_child import PtyChild, cpu_s, memory_mb, own_profile
from astrolens.bench.ui_events import bench_stopped, bench_storm
from astrolens.bench.ui_labels import bench_labels
from astrolens.config.load import load
from astrolens.config.paths import Paths, make_private, resolve
from astrolens.domain.errors import AstroLensError, Unavailable
from astrolens.store.crowd import fill
from astrolens.store.store import open_store

_KEY_GAP_S = 0.03  # as a held key
_LOOK_S = 0.3  # at each row
_IDLE_S = 5.0
_READY_S = 300.0
_PAGES = 20
_FINDINGS = 12
_SPARE = 60  # pictures that are there besides those that are judged
_LISTED = "catalogues"  # a heading of the list
_SWEEP = 10
_DOWN, _UP, _PAGE_DOWN = "j", "k", "\x1b[6~"
_SKY = """
[sources.simulated]
enabled = true
interval_s = 1.0
batch = 64
count = 0
[detect]
calibration_images = 60
budget_per_1000 = 50.0
"""
_CONFIGURATION = """
[catalog]
enabled = false
[notify]
desktop = false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UiAmounts:
    """How much is measured.

    Attributes
    ----------
    candidates : int
        Invented findings in the large list.
    reference_rows : int
        Rows of Textual's own table beside it; its time grows with them.
    keys : int
        Keys that a figure is the mean of.
    scrolled : int
        Rows that are scrolled over while memory is watched.
    starts : int
        Starts that the first paint is the median of.
    rate : int
        Events a second of the storm.
    storm_s, stopped_s : float
        Seconds of the storm, and of each window with a stopped terminal.
    windows : int
        Long windows with the stopped terminal, each between two without.
    pairs : int
        Pairs of short windows, with and without a reader that is mute.
    labels : int
        Labels in a row.
    """

    candidates: int = 1_000_000
    reference_rows: int = 20_000
    keys: int = 200
    scrolled: int = 10_000
    starts: int = 5
    rate: int = 10_000
    storm_s: float = 60.0
    stopped_s: float = 120.0
    windows: int = 3
    pairs: int = 60
    labels: int = 200


def bench_ui(amounts: UiAmounts, *, progress: Progress) -> dict[str, Any]:
    """Measure everything that the terminal promises.

    Parameters
    ----------
    amounts : UiAmounts
        How much.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        JSON-able: machine, amounts, first paint, keys, the large list, the storm, the stopped terminal.

    Raises
    ------
    Unavailable
        Where there is no /proc, or the terminal never shows what it should.
    """
    if not Path("/proc/self/stat").exists():
        raise Unavailable("bench ui reads processor time from /proc, which this system does not have")
    found: dict[str, Any] = {
        "machine": machine_facts(),
        "amounts": {name: getattr(amounts, name) for name in UiAmounts.__slots__},
    }
    with tempfile.TemporaryDirectory(prefix="al-ui-") as folder:
        root = Path(folder)
        with _daemon(root / "sky", _SKY + _CONFIGURATION) as (paths, process):
            found |= _small(paths, amounts, progress)
            found["stopped_terminal"] = bench_stopped(
                paths.socket, _terminal(paths), process.pid, seconds=amounts.stopped_s, windows=amounts.windows, pairs=amounts.pairs, progress=progress
            )  # fmt: skip
        found["large_list"] = _large(root / "large", amounts, progress)
        found["storm"] = bench_storm(
            root / "storm", rate=amounts.rate, seconds=amounts.storm_s, progress=progress
        )
    found["stopped_terminal"]["share_of_a_picture"] = _share(found)
    return found


def _share(found: dict[str, Any]) -> dict[str, float]:
    """What events cost for a terminal that is stopped, as a share of what the daemon spends on a picture."""
    stopped, reader = found["stopped_terminal"], found["storm"]["stopped_reader"]
    a_picture_us = 1e3 * stopped["cpu_ms_per_picture"]
    return {
        name: round(reader[f"{name}_us_per_event"] * stopped["events_per_picture"] / a_picture_us, 6)
        for name in ("more", "most")
    }


def _small(paths: Paths, amounts: UiAmounts, progress: Progress) -> dict[str, Any]:
    """First paint and keys on a daemon with some findings, at rest."""
    client = SyncClient(paths.socket)
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        status = client.ask(questions.status())
        if status["anomalies"] >= _FINDINGS and status["images"] >= amounts.labels + _SPARE:
            break
        progress("findings of the simulated sky", status["anomalies"], _FINDINGS)
        time.sleep(1.0)
    client.ask(orders.pause())
    try:
        paints = []
        for number in range(amounts.starts):
            with PtyChild(_terminal(paths)) as child:
                seconds = child.wait_for("leave")
                paints.append({"wall_s": seconds, "cpu_s": cpu_s(child.pid)})
                child.press("q")
                child.end()
            progress("starts", number + 1, amounts.starts)
        keys = {}
        for name, opening in (("list", "2"), ("card_with_picture", "2\r")):
            with PtyChild(_terminal(paths)) as child:
                child.wait_for("leave")
                child.forget()
                child.press("2")
                child.wait_for(_LISTED)
                if "\r" in opening:
                    time.sleep(1.0)
                    child.press("\r")
                    time.sleep(2.0)
                keys[name] = _keys(
                    child,
                    amounts.keys if name == "list" else amounts.keys // 4,
                    _DOWN * _SWEEP + _UP * _SWEEP,
                )
            progress("keys", len(keys), 2)
        labels = bench_labels(_terminal(paths), amounts.labels, progress=progress)
    finally:
        client.ask(orders.resume())
    return {
        "first_paint": {
            name: round(statistics.median(paint[name] for paint in paints), 3) for name in ("wall_s", "cpu_s")
        },
        "keys": keys,
        "labels": labels,
    }


def _large(folder: Path, amounts: UiAmounts, progress: Progress) -> dict[str, Any]:
    """A list that takes years to come by."""
    file = _configuration(folder, _CONFIGURATION)
    with own_profile(folder):
        store = open_store(resolve(load(file), file))
        try:
            fill(store.database, amounts.candidates, progress)
        finally:
            store.close()
    out: dict[str, Any] = {"candidates": amounts.candidates}
    with _daemon(folder, _CONFIGURATION) as (paths, _process):
        client = SyncClient(paths.socket)
        call = questions.candidates(limit=128)
        client.ask(call)
        asked = []
        for _ in range(_PAGES):
            before = time.perf_counter()
            client.ask(call)
            asked.append(1e3 * (time.perf_counter() - before))
        out["page_of_128_ms"] = round(statistics.median(asked), 2)
        with PtyChild(_terminal(paths)) as child:
            child.wait_for("leave")
            child.forget()
            before = time.perf_counter()
            child.press("2")
            child.wait_for("unknown (4")
            out["view_shown_ms"] = round(1e3 * (time.perf_counter() - before), 1)
            child.press("m")  # near misses too: the whole list
            time.sleep(3.0)
            out["keys"] = _keys(child, amounts.keys, _DOWN)
            out["keys_one_by_one"] = _keys(child, max(1, amounts.keys // 4), _DOWN, _LOOK_S)
            memory = [memory_mb(child.pid)]
            for _ in range(4):
                _scroll(child, amounts.scrolled // 4)
                memory.append(memory_mb(child.pid))
                progress("rows scrolled over", (len(memory) - 1) * amounts.scrolled // 4, amounts.scrolled)
            out["memory_mb"] = [round(value, 1) for value in memory]
    out["textual_data_table"] = _reference(amounts, progress)
    reference = out["textual_data_table"]["keys"]["net_cpu_ms"]
    out["cpu_a_key_against_data_table"] = (
        round(out["keys"]["net_cpu_ms"] / reference, 2) if reference else None
    )
    return out


def _reference(amounts: UiAmounts, progress: Progress) -> dict[str, Any]:
    with PtyChild(["-m", "astrolens.tui.yardstick", str(amounts.reference_rows)]) as child:
        began_mb = memory_mb(child.pid)
        seconds = child.wait_for("filled", 300.0)
        child.wait_for("02:14", 300.0)
        out = {
            "rows": amounts.reference_rows,
            "shown_s": round(max(seconds, time.monotonic() - child.started_s), 2),
        }
        progress("rows of the yardstick", amounts.reference_rows, amounts.reference_rows)
        time.sleep(2.0)
        return {
            **out,
            "keys": _keys(child, amounts.keys, _DOWN),
            "memory_mb": round(memory_mb(child.pid) - began_mb, 1),
        }


def _keys(child: PtyChild, count: int, keys: str, gap_s: float = _KEY_GAP_S) -> dict[str, float]:
    """Processor time of a key (these in turn), with and without what the terminal spends at rest."""
    before, began = cpu_s(child.pid), time.monotonic()
    time.sleep(_IDLE_S)
    idle = (cpu_s(child.pid) - before) / (time.monotonic() - began)
    before, began = cpu_s(child.pid), time.monotonic()
    waits = []
    for number in range(count):
        pressed, written = time.perf_counter(), child.bytes_written
        child.press(keys[number % len(keys)])
        if child.wait_written(written):
            waits.append(1e3 * (time.perf_counter() - pressed))
        time.sleep(gap_s)
    time.sleep(0.2)
    spent, passed = cpu_s(child.pid) - before, time.monotonic() - began
    return {
        "keys": count,
        "cpu_ms": round(1e3 * spent / count, 2),
        "net_cpu_ms": round(1e3 * (spent - idle * passed) / count, 2),
        "idle_cpu_share": round(idle, 4),
        "until_drawn_ms": round(statistics.median(waits), 2) if waits else float("nan"),
    }


def _scroll(child: PtyChild, rows: int) -> None:
    for _ in range(max(1, rows // 25)):  # a page of the list at 40 lines
        written = child.bytes_written
        child.press(_PAGE_DOWN)
        if not child.wait_written(written, 1.0):
            return  # the end of the list
        time.sleep(_KEY_GAP_S)


def _terminal(paths: Paths) -> list[str]:
    return ["-m", "astrolens", "tui", "--config", str(paths.config_file)]


def _configuration(folder: Path, text: str) -> Path:
    make_private(folder)
    file = folder / "astrolens.toml"
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def _daemon(folder: Path, text: str) -> Iterator[tuple[Paths, subprocess.Popen[bytes]]]:
    """A daemon of its own profile, until the block ends."""
    file = _configuration(folder, text)
    with own_profile(folder):
        paths = resolve(load(file), file)
        with (folder / "daemon.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "astrolens", "daemon", "--config", str(file)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            _wait_ready(SyncClient(paths.socket), process, folder / "daemon.log")
            yield paths, process
        finally:
            process.terminate()
            try:
                process.wait(20.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_ready(client: SyncClient, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.ask(questions.ready())["ready"]:
                return
        except AstroLensError:
            time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-600:]
    raise Unavailable(f"the daemon of the measurement did not start; the end of its log: {tail}")
