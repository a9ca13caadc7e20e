"""What is asked of and answered by the catalogue room over the socket."""

from typing import NotRequired, TypedDict

from astrolens.api.wire import AnswerRow


class PositionRequest(TypedDict):
    """POST /crossref."""

    ra_deg: float
    dec_deg: float
    radius_arcsec: NotRequired[float]
    epoch: NotRequired[str]  # ISO 8601 with its zone: the time of an exposure


class BatchRequest(TypedDict):
    """POST /crossref/batch."""

    ids: list[int]


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
