"""What crosses the socket: the shapes of every JSON request and reply."""

from enum import StrEnum
from typing import Any, NotRequired, TypedDict

WIRE_VERSION = 1


class CandidateOrder(StrEnum):
    """How GET /candidates is sorted; within equals the oddest comes first."""

    SIGMA = "sigma"  # oddest first
    FOUND = "found"  # newest first
    SOURCE = "source"  # by name
    CATALOGUE = "catalogue"  # by the word for what the catalogues say together
    LABEL = "label"  # by the word; pictures without one last


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
    """GET /candidates?filter=&order=&reverse=&after=|before=|rank=&limit=, and one parameter for each simple filter."""

    rows: list[CandidateRow]
    next: str | None  # cursor of the next page
    previous: str | None  # cursor of the page before
    first: int | None  # how many rows come before the first one; None behind a cursor
    total: int | None  # rows that pass the filter; None behind a cursor where it would have to be counted
    exact: bool  # False: there are at least so many
    near_misses: int | None  # near misses that pass the other filters; None as for total


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
    asked_because: NotRequired[str]  # chosen | interesting | audit | disputed | calibration


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
    magnitude: NotRequired[float | None]
    explains: NotRequired[bool]  # false: a bare detection, which makes nothing known


class AnswerRow(TypedDict):
    """What one catalogue said."""

    catalogue: str
    outcome: str  # match | no_match | not_answered
    reason: str
    radius_arcsec: float
    asked_at: str
    matches: list[MatchRow]


class DescriptionRow(TypedDict):
    """POST /annotate/{id}: what a language model wrote, never what was measured."""

    image_id: int
    described: bool
    words: str  # "" when there is no description
    features: list[str]
    suggested: str | None  # one of the classes of docs/describe.md
    confidence: float | None  # the model's own number, in [0, 1]; not calibrated
    reason: str  # why there is no description, else ""
    provider: str
    model: str
    prompt_version: str
    made_at: str
    notice: str  # what these words are; to be shown with them


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
    held_by: str  # the rule beside the budget that held a finding back, else ""
    state_id: str | None
    verdict_model_id: str  # encoder behind the verdict
    former_model: bool  # the verdict is of an encoder that is no longer in use
    in_calibration: bool
    answers: list[AnswerRow]
    labels: list[LabelRow]
    truth: NotRequired[str]  # simulated sources only
    description: NotRequired[DescriptionRow]  # only when a language model was asked


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
    asked_because: NotRequired[str]  # chosen when not given


class ErrorReply(TypedDict):
    """Body of every 4xx and 5xx."""

    error: str  # what, the value, what to do
