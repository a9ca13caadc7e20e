"""What crosses the socket about one verdict: the evidence for it, and what another calibration would say."""

from typing import NotRequired, TypedDict

from astrolens.api.wire import SimilarRow


class DetectorRow(TypedDict):
    """What one detector says."""

    name: str
    score: float | None  # larger is odder
    p_value: float | None
    weight: float  # how much it counts for the verdict; 0: it is only reported
    votes: bool  # one of the three voters, and alone it would flag the picture


class OutlierRow(TypedDict):
    """One shape number that normals of the source seldom have."""

    name: str
    value: float
    low: float  # 1st percentile of the normals
    high: float  # 99th percentile
    beyond: float  # distance outside, in widths of that range
    percentile: float  # percent of the normals with a smaller number


class HeatRow(TypedDict):
    """Where in the picture the oddity lies."""

    values: list[list[float]]  # rows from the top of the thumbnail: share of normals' parts that are less odd
    box: list[
        float
    ]  # left, upper, right, lower edge of the map, in shares of the thumbnail's width and height


class WhyReply(TypedDict):
    """GET /images/{id}/why: the evidence for a verdict."""

    image_id: int
    decision: str  # anomaly | near_miss | normal
    held_by: str  # the rule beside the budget that held a finding back, else ""
    budget_per_1000: float
    p_value: float
    sigma: float
    extrapolated: bool  # beyond the calibration sample
    in_calibration: bool
    detectors: list[DetectorRow]  # smallest p first
    votes: int  # of MSP, energy and Mahalanobis
    majority: bool  # two of these three at least
    outliers: list[OutlierRow]  # farthest outside first
    flags: list[str]
    normals: list[SimilarRow]  # nearest normals of the source, without copies of the picture
    labelled: list[SimilarRow]  # nearest labelled pictures of any source
    heat: NotRequired[HeatRow]
    state_id: str
    model_id: str  # encoder behind the verdict
    former_model: bool  # another encoder is in use by now
    calibrated_on: int | None  # pictures of the calibration that ranges and weights are taken from


class ChangeRow(TypedDict):
    """Pictures that were decided alike before, and would be decided alike now."""

    old: str
    new: str
    count: int
    ids: list[int]  # at most 200; empty where both are normal


class TrialRow(TypedDict):
    """What a new calibration of one source would decide."""

    source: str
    model_id: str
    sample: int  # pictures that it would rest on
    pictures: int  # earlier verdicts that it was compared with
    new: int  # anomalies that were none
    gone: int  # anomalies that would be none any more
    table: list[ChangeRow]


class TrialReply(TypedDict):
    """POST /control/recalibrate/trial; sources with too few pictures are left out."""

    sources: list[TrialRow]
