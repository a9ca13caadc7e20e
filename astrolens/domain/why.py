"""Why a picture was decided as it was: everything on one card."""

from dataclasses import dataclass

from astrolens.domain.detection import Decision
from astrolens.domain.heat import HeatMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A shape number outside the range of the normals.

    Attributes
    ----------
    name : str
        As in `Morphology`.
    value : float
        Of this picture.
    low, high : float
        1st and 99th percentile of the source's normals.
    beyond : float
        Distance outside the range, in widths of the range; above 0.
    percentile : float
        Percent of the source's normals with a smaller number, in [0, 100].
    """

    name: str
    value: float
    low: float
    high: float
    beyond: float
    percentile: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorWord:
    """What one detector says of a picture.

    Attributes
    ----------
    name : str
        Of the detector.
    score : float
        Larger is odder; NaN when it had nothing to go by.
    p_value : float
        Its own conformal p-value; NaN as the score.
    weight : float
        How much it counts for the verdict; 0: it is only reported.
    votes : bool
        Whether it is one of the three voters and alone would flag the picture.
    """

    name: str
    score: float
    p_value: float
    weight: float
    votes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A picture that looks alike.

    Attributes
    ----------
    image_id : int
        Its number.
    similarity : float
        Cosine of the embeddings, in [-1, 1].
    source, key : str
        Where it came from, and its name there.
    decision : str
        What was decided about it.
    label : str or None
        What a person called it.
    """

    image_id: int
    similarity: float
    source: str
    key: str
    decision: str
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhyCard:
    """The evidence for one verdict.

    Attributes
    ----------
    image_id : int
        The picture.
    decision : Decision
        What was decided.
    held_by : str
        The rule beside the budget that held a finding back; "" for none.
    budget_per_1000, p_value, sigma : float
        As in `Verdict`.
    extrapolated : bool
        Whether the p-value lies beyond the calibration sample.
    in_calibration : bool
        Whether the picture belongs to that sample.
    detectors : tuple of DetectorWord
        The oddest first.
    votes : int
        Of MSP, energy and Mahalanobis, how many alone would flag it; two are the majority of the older systems.
    outliers : tuple of Outlier
        Shape numbers that normals of the source seldom have, farthest outside first.
    flags : tuple of str
        What is wrong with the pixels or the shape measurement.
    normals : tuple of Neighbour
        Normal pictures of the same source that look most alike, without copies of it.
    labelled : tuple of Neighbour
        Labelled pictures of any source that look most alike, without copies of it.
    heat : HeatMap or None
        Where the oddity lies; None when that was not computed.
    state_id : str
        Calibration behind the verdict.
    model_id : str
        Encoder behind the verdict; "" when that is not known.
    former_model : bool
        Whether another encoder is in use by now.
    calibrated_on : int or None
        Pictures in the sample that ranges and weights are taken from; None without a calibration in force.
    """

    image_id: int
    decision: Decision
    held_by: str
    budget_per_1000: float
    p_value: float
    sigma: float
    extrapolated: bool
    in_calibration: bool
    detectors: tuple[DetectorWord, ...]
    votes: int
    outliers: tuple[Outlier, ...]
    flags: tuple[str, ...]
    normals: tuple[Neighbour, ...]
    labelled: tuple[Neighbour, ...]
    heat: HeatMap | None
    state_id: str
    model_id: str
    former_model: bool
    calibrated_on: int | None
