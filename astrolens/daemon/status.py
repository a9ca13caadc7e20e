"""The status reply: what the overview shows, read in one go."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from astrolens.api.wire import WIRE_VERSION
from astrolens.api.wire_status import SourceStatus, StageStatus, StatusReply
from astrolens.daemon.house import House
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.image import ImageState
from astrolens.pipeline.drift import drift_key
from astrolens.sources.loader import LoadedSource
from astrolens.store.statistics import Overview

_SIMULATED = "simulated"


class StatusDesk:
    """Answers how everything is.

    Parameters
    ----------
    house : House
        What runs.
    version : str
        Of AstroLens.
    """

    def __init__(self, house: House, version: str) -> None:
        self._house = house
        self._version = version
        self._started = utc_now()
        self._clock = monotonic()
        self._nights: tuple[tuple[int, int, str], tuple[list[int], list[int]]] | None = None

    def status(self, state: str, reasons: list[str]) -> StatusReply:
        """Read everything; called in a worker thread.

        Parameters
        ----------
        state : str
            Word for what the daemon does.
        reasons : list of str
            Why it is degraded.

        Returns
        -------
        StatusReply
            For the wire.
        """
        house = self._house
        seen = house.store.statistics.overview()
        nights = self._nights_of(seen)
        return StatusReply(
            version=self._version,
            wire_version=WIRE_VERSION,
            pid=os.getpid(),
            state=state,
            reasons=reasons,
            started_at=iso(self._started),
            uptime_s=round(monotonic() - self._clock, 1),
            model_id=house.encoder.model_id,
            budget_per_1000=house.settings.detect.budget_per_1000,
            near_miss_factor=house.settings.detect.near_miss_factor,
            stages=self._stages(seen),
            sources=[self._source(loaded, seen) for loaded in house.sources if loaded.settings.enabled],
            images=seen.images(),
            anomalies=seen.decided(Decision.ANOMALY),
            near_misses=seen.decided(Decision.NEAR_MISS),
            parked=seen.in_state(ImageState.PARKED),
            duplicates=seen.in_state(ImageState.DUPLICATE),
            unlabelled_anomalies=seen.unlabelled_anomalies,
            labels=seen.labels,
            images_per_hour=seen.images_per_hour,
            anomalies_per_day=seen.anomalies_per_day,
            anomalies_per_night=nights[0],
            near_misses_per_night=nights[1],
            disk_free_bytes=shutil.disk_usage(house.paths.data).free,
            data_bytes=house.store.blobs.size_bytes() + _size_of(house),
            database_bytes=_database_bytes(house),
            last_event=house.store.events.last(),
            demo=_is_demo(house.sources),
        )

    def _nights_of(self, seen: Overview) -> tuple[list[int], list[int]]:
        """Anomalies and near misses of each night; counted again only when there are others."""
        decided = [seen.decided(one) for one in (Decision.ANOMALY, Decision.NEAR_MISS)]
        now = (decided[0], decided[1], iso(utc_now())[:13])
        if self._nights is None or self._nights[0] != now:
            history = self._house.store.model_history
            anomalies = history.found_by_night(Decision.ANOMALY.value)
            self._nights = (now, (anomalies, history.found_by_night(Decision.NEAR_MISS.value)))
        return self._nights[1]

    def _stages(self, seen: Overview) -> list[StageStatus]:
        now = utc_now()
        out = []
        for line in self._house.flow.lines():
            waiting = 0 if line.state is None else max(0, seen.in_state(line.state) - line.in_flight)
            oldest = seen.oldest_waiting.get(line.state) if line.state is not None and waiting else None
            out.append(
                StageStatus(
                    name=line.name,
                    waiting=waiting,
                    in_flight=line.in_flight,
                    done=line.counts.done,
                    refused=line.counts.refused,
                    per_hour=line.counts.per_hour(),
                    oldest_waiting_s=None if oldest is None else max(0.0, _seconds_since(oldest, now)),
                )
            )
        return out

    def _source(self, loaded: LoadedSource, seen: Overview) -> SourceStatus:
        house = self._house
        name = loaded.name
        health: Mapping[str, Any] = house.rotation.health().get(name, {})
        wanted = house.settings.detect.calibration_images
        measured = house.store.analyses.count(name, house.encoder.model_id)
        calibrated = house.store.state.detector_state_id(name, house.encoder.model_id) is not None
        state, reason = _word(loaded, health, calibrated=calibrated)
        return SourceStatus(
            name=name,
            title=loaded.plugin.title if loaded.plugin is not None else name,
            state=state,
            reason=reason,
            next_poll_s=_next_poll_s(health),
            images=seen.images(name),
            today=seen.today.get(name, 0),
            errors=house.flow.offering.errors.get(name, 0),
            calibration_seen=min(measured, wanted),
            calibration_wanted=wanted,
            calibrated=calibrated,
            budget_per_1000=house.settings.detect.budget_per_1000,
            realised_per_1000=_realised(seen, name),
            drift=house.store.state.get(drift_key(name), {}).get("word", "unknown"),
            held=bool(health.get("held", False)),
            breaker=breaker_of(health) if loaded.plugin is not None else "",
        )


def _is_demo(sources: Sequence[LoadedSource]) -> bool:
    names = [loaded.name for loaded in sources if loaded.settings.enabled]
    return bool(names) and all(name.startswith(_SIMULATED) for name in names)


def _word(loaded: LoadedSource, health: Mapping[str, Any], *, calibrated: bool) -> tuple[str, str]:
    if loaded.error:
        return "failed", loaded.error
    if health.get("held"):
        return "paused", ""
    if health.get("state") == "resting":
        return "resting", str(health.get("reason", ""))
    return ("ok", "") if calibrated else ("calibrating", "")


def breaker_of(health: Mapping[str, Any]) -> str:
    """Whether a source is asked, left alone after failures, or about to be tried again.

    Parameters
    ----------
    health : Mapping of str to object
        Of one source, from `astrolens.sources.rotation.Rotation.health`.

    Returns
    -------
    str
        closed, open or half open.
    """
    until = health.get("resting_until")
    if until is None:
        return "closed"
    return "open" if _seconds_since(str(until), utc_now()) < 0 else "half open"


def _next_poll_s(health: Mapping[str, Any]) -> float | None:
    """Seconds until it is asked; None for one that never is, and for one that is being asked now."""
    if health.get("held", True) or health.get("asked", False):
        return None
    until = health.get("due_at")
    return 0.0 if until is None else max(0.0, -_seconds_since(str(until), utc_now()))


def _realised(seen: Overview, name: str) -> float | None:
    counts = seen.decisions.get(name, {})
    judged = sum(counts.values())
    return None if judged == 0 else 1000.0 * counts.get(Decision.ANOMALY, 0) / judged


def _seconds_since(moment: str, now: datetime) -> float:
    return round((now - datetime.fromisoformat(moment)).total_seconds(), 1)


def _database_bytes(house: House) -> int:
    files = (house.paths.database, Path(f"{house.paths.database}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _size_of(house: House) -> int:
    size = 0
    for file in (house.paths.database, *house.paths.data.glob("index/*")):
        with suppress(FileNotFoundError):  # the index is replaced while it is looked at
            size += file.stat().st_size
    return size
