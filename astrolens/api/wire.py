"""What crosses the socket: the shapes of every JSON request and reply."""

from enum import StrEnum
from typing import Any, NotRequired, TypedDict

WIRE_VERSION = 1


class CandidateOrder(StrEnum):
    """How GET /candidates is sorted."""

    SIGMA = "sigma"  # oddest first
    FOUND = "found"  # newest first


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
    state: str  # ok | calibrating | slow | resting | off | failed
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
    disk_free_bytes: int
    data_bytes: int
    last_event: int  # sequence number of the newest event
    demo: bool


class CandidateRow(TypedDict):
    """One line of the candidate list."""

    id: int
    source: str
    key: str
    found_at: str
    decision: str  # anomaly | near_miss | normal | calibrating
    sigma: float | None
    p_value: float | None
    extrapolated: bool
    why: list[list[Any]]  # up to three [detector, 1 - p], oddest first
    catalogue: str  # known | unknown | not_answered | no_position | not_asked
    catalogue_words: str  # for example 'NGC 5216, 1.2"' or 'not answered: simbad'
    label: str | None  # newest label that was not withdrawn
    reviewer: str | None
    interest: int | None
    ra_deg: float | None
    dec_deg: float | None
    near_duplicate_of: int | None


class CandidatePage(TypedDict):
    """GET /candidates?after=<cursor>&limit=&order=sigma|found&decision=anomaly,near_miss&source=&label=."""

    rows: list[CandidateRow]
    next: str | None  # cursor of the next page
    total: int  # rows that pass the filter
    near_misses: int  # near misses that pass the other filters


class LabelRow(TypedDict):
    """One label."""

    label_id: int
    image_id: int
    value: str
    reviewer: str
    made_at: str
    interest: int | None
    note: str
    withdrawn: bool


class MatchRow(TypedDict):
    """One catalogue object near a position, best first."""

    catalogue: str
    name: str
    object_type: str
    ra_deg: float
    dec_deg: float
    separation_arcsec: float
    chance_probability: float
    size_arcsec: float | None
    redshift: float | None
    references: int | None


class AnswerRow(TypedDict):
    """What one catalogue said."""

    catalogue: str
    outcome: str  # match | no_match | not_answered
    reason: str
    radius_arcsec: float
    asked_at: str
    matches: list[MatchRow]


class ImageDetail(CandidateRow):
    """GET /images/{id}."""

    state: str
    reason: str
    url: str
    sha256: str | None
    media_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    bands: list[str]
    pixel_scale_arcsec: float | None
    observed_at: str | None
    licence: str
    credit: str
    flags: list[str]
    duplicate_of: int | None
    model_id: str | None
    classes: dict[str, float]
    heads: dict[str, float]
    morphology: dict[str, float | None]
    morphology_flags: list[str]
    scores: dict[str, float | None]
    p_values: dict[str, float | None]
    votes: int
    budget_per_1000: float | None
    state_id: str | None
    in_calibration: bool
    answers: list[AnswerRow]
    labels: list[LabelRow]
    truth: NotRequired[str]  # simulated sources only


class SimilarRow(TypedDict):
    """One neighbour: GET /similar/{id}?limit=."""

    id: int
    similarity: float  # cosine, in [-1, 1]
    source: str
    key: str
    decision: str
    label: str | None


class EventRow(TypedDict):
    """One event: WebSocket /events?after=<sequence>, one JSON object a message, and GET /events/page."""

    sequence: int
    at: str
    kind: str
    image_id: int | None
    payload: dict[str, Any]


class MissedRow(TypedDict):
    """Sent in place of events that a slow reader lost: ``{"missed": n, "next": sequence}``."""

    missed: int
    next: int


class EventPage(TypedDict):
    """GET /events/page?after=&limit=."""

    rows: list[EventRow]
    missed: int  # events after the cursor that are no longer kept
    last: int  # sequence number of the newest event


class ImageRow(TypedDict):
    """One line of GET /images."""

    id: int
    source: str
    key: str
    state: str  # offered | fetched | analysed | judged | done | duplicate | parked
    reason: str  # why parked, else ""
    media_type: str | None
    size_bytes: int | None
    ra_deg: float | None
    dec_deg: float | None
    duplicate_of: int | None


class ImagePage(TypedDict):
    """GET /images?after=<cursor>&limit=&state=&source=."""

    rows: list[ImageRow]
    next: str | None


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


class SubmitReply(TypedDict):
    """POST /images: 202, the file waits for its turn."""

    image_id: int


class LabelRequest(TypedDict):
    """POST /labels."""

    image_id: int
    value: str  # anomaly | normal | artefact | unsure
    reviewer: NotRequired[str]  # the caller's login name when not given
    interest: NotRequired[int]  # 0 to 5
    note: NotRequired[str]


class PositionRequest(TypedDict):
    """POST /crossref."""

    ra_deg: float
    dec_deg: float
    radius_arcsec: NotRequired[float]


class BatchRequest(TypedDict):
    """POST /crossref/batch."""

    ids: list[int]


class PollRequest(TypedDict):
    """POST /control/poll."""

    source: str


class RecalibrateRequest(TypedDict):
    """POST /control/recalibrate."""

    source: NotRequired[str]


class CrossrefReply(TypedDict):
    """POST /crossref/{id} and POST /crossref."""

    image_id: int | None
    catalogue: str  # known | unknown | not_answered | no_position | not_asked
    answers: list[AnswerRow]


class BatchReply(TypedDict):
    """POST /crossref/batch: 202."""

    queued: int
    unknown_ids: list[int]


class CrossrefSummary(TypedDict):
    """GET /crossref/summary: anomalies and near misses by what the catalogues say together."""

    known: int
    unknown: int
    not_answered: int
    no_position: int
    not_asked: int


class ControlReply(TypedDict):
    """POST /control/...: the state that the daemon is in, or goes into."""

    state: str


class ReloadReply(TypedDict):
    """POST /control/reload."""

    state: str
    needs_restart: list[str]  # changed keys that are used only at the next start


class ErrorReply(TypedDict):
    """Body of every 4xx and 5xx."""

    error: str  # what, the value, what to do
