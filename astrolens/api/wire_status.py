"""What the daemon says about itself: state, stages, sources, health and device."""

from typing import TypedDict


class StageStatus(TypedDict):
    """One stage of the flow, left to right: offered, downloaded, measured, judged, looked_up, done."""

    name: str
    waiting: int
    in_flight: int
    done: int  # since the process started
    refused: int  # parked by this stage since the process started
    per_hour: float | None  # None until there is enough to say
    oldest_waiting_s: float | None


class SourceStatus(TypedDict):
    """One source."""

    name: str
    title: str
    state: str  # ok | calibrating | slow | resting | paused | off | failed
    reason: str  # why it rests or failed, else ""
    next_poll_s: float | None
    images: int  # all time
    today: int
    errors: int  # since the process started
    calibration_seen: int
    calibration_wanted: int
    calibrated: bool
    budget_per_1000: float
    realised_per_1000: float | None  # share called anomaly so far, None until judged
    drift: str  # none | suspected | alarm | unknown
    held: bool  # a person paused it
    breaker: str  # closed | open | half open | "" when it cannot be asked


class StatusReply(TypedDict):
    """GET /stats: everything the overview shows, in one reply."""

    version: str
    wire_version: int
    pid: int
    state: str  # starting | running | paused | degraded | stopping
    reasons: list[str]  # why degraded
    started_at: str
    uptime_s: float
    model_id: str
    budget_per_1000: float
    near_miss_factor: float
    stages: list[StageStatus]
    sources: list[SourceStatus]
    images: int
    anomalies: int
    near_misses: int
    parked: int
    duplicates: int
    unlabelled_anomalies: int
    labels: int
    images_per_hour: list[int]  # last 24 hours, oldest first
    anomalies_per_day: list[int]  # last 30 days, oldest first
    anomalies_per_night: list[int]  # last 30 nights from noon to noon UTC, oldest first
    near_misses_per_night: list[int]
    disk_free_bytes: int
    data_bytes: int
    database_bytes: int
    last_event: int  # sequence number of the newest event
    demo: bool


class HealthReply(TypedDict):
    """GET /health: 200 while the loop turns."""

    state: str  # as in StatusReply
    version: str
    wire_version: int
    pid: int


class ReadyReply(TypedDict):
    """GET /ready: 200 when there is nothing in the way, else 503 with the reasons as its error."""

    ready: bool


class DeviceReply(TypedDict):
    """GET /device."""

    device: str  # cpu | cuda | mps
    name: str  # for people
    threads: int
    model_id: str
    memory_bytes: int | None  # resident memory of the daemon
