"""What crosses the socket about models, calibrations and how well both keep their promise."""

from typing import TypedDict


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
    promotion: str  # what can be done about versions here, in one sentence
