"""The demo: a simulated sky in a throw-away profile, with the truth to compare with at the end."""

import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.api.wire_status import StatusReply
from astrolens.cli.attach import attach
from astrolens.cli.background import start_and_wait, stop_and_wait
from astrolens.cli.profile import Profile, open_profile
from astrolens.cli.say import say, say_table
from astrolens.config.paths import STOP_WITH
from astrolens.domain.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TICK_S = 0.5
_BATCH = 64
_CONFIGURATION = """# The demo's throw-away profile.
[sources.simulated]
enabled = true
interval_s = 1.0
batch = {batch}
count = {deep}

[sources.simulated_wide]
enabled = true
interval_s = 1.0
batch = {batch}
count = {wide}

[detect]
calibration_images = {calibration}
budget_per_1000 = 10.0

[catalog]
enabled = false

[notify]
desktop = {desktop}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """How one planted kind came out."""

    kind: str
    planted: int
    called_anomaly: int
    median_rank: float


def run_demo(*, seconds: float, images: int) -> int:
    """Show the simulated sky: in the terminal when there is one, else for a bounded time with a report."""
    folder = Path(tempfile.mkdtemp(prefix="astrolens-demo-"))
    attached = sys.stdout.isatty() and sys.stdin.isatty()
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed window ends the demo's daemon too
        signal.signal(number, _leave)
    try:
        profile, file = _profile(folder, images, endless=attached)
        process = start_and_wait(profile.paths, file, {STOP_WITH: str(os.getpid())})
        if process is None:
            raise Unavailable(f"another daemon already uses {folder}")
        try:
            if attached:
                return attach(profile)
            _watch(SyncClient(profile.paths.socket), seconds, images)
        finally:
            stop_and_wait(process, profile.paths.socket)
        _report(profile)
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _profile(folder: Path, images: int, *, endless: bool) -> tuple[Profile, Path]:
    os.environ["ASTROLENS_DATA_DIR"] = str(folder / "data")
    os.environ["ASTROLENS_RUNTIME_DIR"] = str(folder / "run")
    file = folder / "astrolens.toml"
    wide = images // 3
    file.write_text(
        _CONFIGURATION.format(
            batch=_BATCH,
            deep=0 if endless else images - wide,
            wide=0 if endless else wide,
            calibration=max(40, min(200, images // 4)),
            desktop="true" if endless else "false",
        )
    )
    return open_profile(file), file


def _watch(client: SyncClient, seconds: float, images: int) -> None:
    started = monotonic()
    said = 0.0
    say(
        f"AstroLens demo: a simulated sky of {images:,} pictures with rare planted oddities, at most {seconds:.0f} s"
    )
    while monotonic() - started < seconds:
        status = client.ask(questions.status())
        if monotonic() - said > 5.0:
            said = monotonic()
            say(_progress(status, monotonic() - started))
        if status["images"] >= images and all(
            stage["waiting"] + stage["in_flight"] == 0 for stage in status["stages"]
        ):
            break
        sleep(_TICK_S)


def _progress(status: StatusReply, passed_s: float) -> str:
    waiting = sum(stage["waiting"] for stage in status["stages"])
    calibrating = [
        f"{source['name']} {min(source['calibration_seen'], source['calibration_wanted'])} of {source['calibration_wanted']}"
        for source in status["sources"]
        if not source["calibrated"]
    ]
    words = f"calibrating {', '.join(calibrating)}" if calibrating else "calibrated"
    return f"  {passed_s:4.0f} s  {status['images']:5,} pictures  {waiting:4,} waiting  {status['anomalies']:3,} anomalies  {words}"


def _report(profile: Profile) -> None:
    import numpy as np
    from sklearn.metrics import roc_auc_score

    from astrolens.store.store import open_store

    store = open_store(profile.paths)
    try:
        rows = store.statistics.truths()
    finally:
        store.close()
    odd = np.array([row.truth not in ("", "normal") for row in rows], dtype=bool)
    p_value = np.array([row.p_value for row in rows], dtype=float)
    if odd.sum() == 0 or odd.all():
        say(f"{len(rows)} pictures judged, {int(odd.sum())} of them planted: too few to compare")
        return
    ranks = np.argsort(np.argsort(p_value, kind="stable"), kind="stable") + 1
    say()
    say_table(
        ("planted kind", "planted", "called anomaly", "median rank"),
        [
            (kind.kind, str(kind.planted), str(kind.called_anomaly), f"{kind.median_rank:.0f} of {len(rows)}")
            for kind in _by_kind([row.truth for row in rows], [row.decision for row in rows], ranks)
        ],
        right=frozenset({1, 2, 3}),
    )
    normals = ~odd
    called = np.array([row.decision == "anomaly" for row in rows], dtype=bool)
    say()
    say(
        f"judged {len(rows):,} pictures; {int(odd.sum())} were planted oddities, {int(called[odd].sum())} of them called anomalies"
    )
    say(
        f"false alarms {int(called[normals].sum())} of {int(normals.sum()):,} normals ({1000 * called[normals].mean():.1f} per 1,000, budget 10)"
    )
    say(f"AUROC of planted oddities against normals: {roc_auc_score(odd, -p_value):.3f}")


def _by_kind(truths: list[str], decisions: list[str], ranks: "NDArray[np.intp]") -> list[Recovered]:
    import numpy as np

    out = []
    for kind in sorted({truth for truth in truths if truth not in ("", "normal")}):
        members = np.array([truth == kind for truth in truths])
        called = sum(
            1
            for truth, decision in zip(truths, decisions, strict=True)
            if truth == kind and decision == "anomaly"
        )
        out.append(
            Recovered(
                kind=kind,
                planted=int(members.sum()),
                called_anomaly=called,
                median_rank=float(np.median(ranks[members])),
            )
        )
    return out
