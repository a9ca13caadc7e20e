"""What crosses the socket about models, calibrations and how well both keep their promise."""

from typing import NotRequired, TypedDict


class ModelRow(TypedDict):
    """One encoder that measured pictures here."""

    model_id: str
    in_use: bool
    pictures: int  # measured by it, and by no later one
    calibrations: int  # that are still kept
    newest_calibration: str  # ISO 8601, "" for none


class CalibrationRow(TypedDict):
    """The newest calibration of one source."""

    source: str
    state_id: str
    model_id: str
    fitted: int
    calibrated: int
    made_at: str
    of_model_in_use: bool


class AlarmRow(TypedDict):
    """How one source keeps the budget, by what people said about its anomalies."""

    source: str
    judged: int
    flagged: int
    labelled: int  # flagged pictures that a person called anomaly, normal or artefact
    false_alarms: int  # of these normal or artefact
    flagged_per_1000: float | None
    false_per_1000: float | None  # estimated: flagged per 1,000, times the share of false among labelled
    budget_per_1000: float
    threshold_factor: float  # of the budget; moved by labels


class DriftRow(TypedDict):
    """What the watch on drift knows of one source."""

    source: str
    word: str  # none | suspected | alarm | unknown
    evidence: float
    alarm_at: float
    direction: str
    pictures: int
    state_id: str


class NightRow(TypedDict):
    """One night."""

    night: str  # date of its evening
    judged: int
    odd: int  # pictures inside the budget on that night


class ChoiceRow(TypedDict):
    """One encoder that could be put to use here."""

    model: str  # as analyse.model names it: a shipped name, a folder, a model of the hub's cache
    model_id: str
    in_use: bool
    kind: str  # shipped | trained | former
    configured: bool  # analyse.model names it


class ComparisonRow(TypedDict):
    """A paired test of two encoders on labelled pictures that neither was fitted or calibrated on."""

    model: str
    model_id: str
    former_id: str  # the encoder in use that it was compared with
    odd: int  # pictures that people called anomalies
    normals: int  # pictures that people called normal or artefact
    auroc: float | None  # None with too few labels
    former_auroc: float | None
    low: float | None  # 95 % interval of auroc - former_auroc, by paired bootstrap
    high: float | None
    outcome: str  # better | not_better | too_few
    at: str  # ISO 8601 UTC
    words: str  # the outcome as one sentence, with its numbers


class PromotionRow(TypedDict):
    """One change of the encoder in use."""

    number: int
    at: str  # ISO 8601 UTC
    kind: str  # promoted | rolled_back | configured
    model: str
    model_id: str
    former: str
    former_id: str
    by: str
    reason: str
    comparison: ComparisonRow | None  # what it rested on


class CompareRequest(TypedDict):
    """POST /models/compare."""

    model: str


class PromoteRequest(TypedDict):
    """POST /models/promote."""

    model: str
    reviewer: NotRequired[str]
    reason: NotRequired[str]
    without_proof: NotRequired[bool]  # a person takes the responsibility; stays on record


class RollbackRequest(TypedDict):
    """POST /models/rollback."""

    reviewer: NotRequired[str]
    reason: NotRequired[str]


class ModelsReply(TypedDict):
    """GET /models."""

    in_use: str
    device: str
    facts: list[list[str]]  # name and value, from the model's own files
    weights_sha256: str
    models: list[ModelRow]
    calibrations: list[CalibrationRow]
    alarms: list[AlarmRow]
    drift: list[DriftRow]
    nights: list[NightRow]  # oldest first, at most 30
    choices: list[ChoiceRow]  # the one in use first
    promotions: list[PromotionRow]  # newest first, at most 20
    comparisons: list[ComparisonRow]  # the newest for each choice, against the encoder in use
    comparing: str  # the model that is being compared now; "" for none
