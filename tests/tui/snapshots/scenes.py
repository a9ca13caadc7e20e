"""What the fake daemon says in each scene."""

import asyncio
from typing import Any

from astrolens.api.wire import CandidateRow
from tests.tui.conftest import Terminal
from tests.tui.fake_daemon import FakeDaemon, candidate, source
from tests.tui.fake_views import a_transient

HOSTILE = "\x1b]0;PWNED\x07[bold]\x9b31m[@click=app.leave]x[/]\u202egnp.exe"


def _tell(daemon: FakeDaemon, **changes: Any) -> None:
    daemon.stats.update(changes)  # type: ignore[typeddict-item]


def busy(daemon: FakeDaemon) -> None:
    """A night's work: findings, a source at rest, a parked file, a label."""
    told: list[tuple[str, int | None, dict[str, object]]] = [
        ("started", None, {}),
        ("calibrated", None, {"source": "sdss", "pictures": 500, "reason": "first 500 pictures", "budget_per_1000": 2.0}),
        ("finding", 5, {"source": "sdss", "sigma": 4.9, "catalogue": "known", "key": "1237648720693763837"}),
        ("source_changed", None, {"source": "ztf", "state": "resting", "rest_s": 900, "reason": "503 from the cutout service"}),
        ("image_parked", 77, {"source": "panstarrs", "reason": "truncated JPEG: 2,113 of 24,310 bytes"}),
        ("labelled", 3, {"value": "artefact", "reviewer": "ana"}),
        ("finding", 1, {"source": "sdss", "sigma": 5.3, "catalogue": "unknown", "key": "1237648720693755918"}),
    ]  # fmt: skip
    for kind, image_id, payload in told[:-1]:
        daemon.note(kind, image_id, **payload)
    for number in range(30):
        daemon.note("image_done", number, source="sdss")
    kind, image_id, payload = told[-1]
    daemon.note(kind, image_id, **payload)
    rows = [a_transient(number) for number in (1, 2, 3)]
    daemon.views.transients.update({"rows": rows, "installed": True, "reason": ""})


def calibrating(daemon: FakeDaemon) -> None:
    """The first five minutes: pictures come in, nothing is judged."""
    daemon.total = daemon.near_misses = 0
    _tell(
        daemon,
        images=214, anomalies=0, near_misses=0, unlabelled_anomalies=0, labels=0, parked=0, duplicates=0,
        images_per_hour=[0] * 23 + [214], anomalies_per_day=[0] * 30, anomalies_per_night=[0] * 30, near_misses_per_night=[0] * 30, uptime_s=300,
        sources=[source("sim_wide", "calibrating", images=214, today=214, calibration_seen=214, calibrated=False, realised_per_1000=None)],
    )  # fmt: skip


def nothing(daemon: FakeDaemon) -> None:
    """No source is switched on."""
    calibrating(daemon)
    quiet = {
        "per_hour": None,
        "waiting": 0,
        "refused": 0,
        "in_flight": 0,
        "done": 0,
        "oldest_waiting_s": None,
    }
    _tell(
        daemon,
        images=0,
        images_per_hour=[0] * 24,
        sources=[],
        stages=[{**stage, **quiet} for stage in daemon.stats["stages"]],
    )


def hostile(daemon: FakeDaemon) -> None:
    """Strangers' words try to leave their place."""
    busy(daemon)
    daemon.stats["sources"][0]["title"] = daemon.stats["sources"][0]["name"] = HOSTILE
    daemon.stats["sources"][3]["reason"] = HOSTILE
    daemon.note("image_parked", 9, source=HOSTILE, reason=HOSTILE)
    daemon.make_row = _hostile_row
    models = daemon.views.models
    models["choices"][1]["model"] = models["choices"][2]["kind"] = models["comparisons"][2]["words"] = HOSTILE
    models["promotions"][0].update({"by": HOSTILE, "reason": HOSTILE, "former": HOSTILE})


def _hostile_row(index: int, total: int) -> CandidateRow:
    row = candidate(index, total)
    row.update({"source": HOSTILE, "key": HOSTILE, "catalogue_words": HOSTILE, "why": [[HOSTILE, 0.9]]})
    return row


async def gone(t: Terminal) -> None:
    """The daemon is killed."""
    await t.daemon.stop()
    await t.until_shown("daemon gone")


async def seen_then_gone(t: Terminal) -> None:
    """A list was read before the daemon is killed."""
    await t.press("2")
    await t.until_shown("1 of 41")
    await gone(t)


async def back(t: Terminal) -> None:
    """It was away, and 214 things happened meanwhile."""
    await gone(t)
    for number in range(214):
        t.daemon.note("image_done", number, source="sdss")
    await t.daemon.start()
    await t.until_shown("214 events")


async def refused(t: Terminal) -> None:
    """A label meets a full disk."""
    t.daemon.label_error = "the disk is full"
    await t.press("2")
    await t.until_shown("1 of 41")
    await t.press("a")
    await t.until_shown("not saved")


async def pending(t: Terminal) -> None:
    """A label is on its way."""
    t.daemon.label_gate = asyncio.Event()
    await t.press("x")


async def _chosen(t: Terminal) -> None:
    await t.press("6")
    await t.until_shown("night-school")
    await t.press("j")


async def unproven(t: Terminal) -> None:
    """A promotion is refused, with many words."""
    t.daemon.views.promotions.refusal = (
        "vit-tiny-p8-night-9c04 is not promoted: its comparison of 2 h ago is with another model (AUROC 0.912 against "
        "0.887 of vit-tiny-galaxy-81bb); compare it again with 'astrolens models compare', or use --without-proof"
    )
    await _chosen(t)
    await t.press("P", "enter")
    await t.until_shown("was not put to use")


async def comparing(t: Terminal) -> None:
    """Another terminal compares two models."""
    t.daemon.views.models["comparing"] = t.daemon.views.models["choices"][1]["model"]
    await _chosen(t)
    await t.until_shown("is being compared")


async def reopens(t: Terminal) -> None:
    """The daemon is away for a moment because a model was promoted."""
    await _chosen(t)
    await t.press("P", "enter")
    await t.until(t.app.live.reopening)
    await t.daemon.stop()
    await t.until_shown("takes up another model")
