"""How odd it is, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What a verdict says."""

    ANOMALY = "anomaly"  # inside the false-alarm budget
    NEAR_MISS = "near_miss"  # inside near_miss_factor times the budget
    NORMAL = "normal"
    CALIBRATING = "calibrating"  # the source has not shown enough normals yet


class SigmaBand(StrEnum):
    """The three words of the sigma scale."""

    ORDINARY = "ordinary"  # 0 to 2
    UNUSUAL = "unusual"  # 2 to 5
    INVESTIGATE = "investigate"  # 5 and more


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about one picture, with everything that led to it.

    Attributes
    ----------
    decision : Decision
        The outcome.
    p_value : float
        Chance that a normal of the same source looks this odd or odder, in (0, 1]; NaN while calibrating.
    sigma : float
        Two-sided Gaussian equivalent of ``p_value``, 0 or more; NaN while calibrating.
    extrapolated : bool
        True when ``p_value`` lies beyond the calibration sample, in the fitted tail.
    scores : Mapping of str to float
        Each detector's raw score; larger is odder.
    p_values : Mapping of str to float
        Each detector's own conformal p-value.
    votes : int
        How many of MSP, energy and Mahalanobis alone would flag it (the majority vote of the older systems).
    budget_per_1000 : float
        False alarms per 1,000 normals that were allowed when this was decided.
    state_id : str
        The calibration that was used; "" while calibrating.
    in_calibration : bool
        True when this picture belongs to the calibration sample itself (its p-value then leaves it out).
    held_by : str
        The rule beside the budget that made a near miss of it: fdr_online, fdr or top_per_night; "" for none.
    """

    decision: Decision
    p_value: float
    sigma: float
    extrapolated: bool
    scores: Mapping[str, float]
    p_values: Mapping[str, float]
    votes: int
    budget_per_1000: float
    state_id: str
    in_calibration: bool = False
    held_by: str = ""

    def band(self) -> SigmaBand:
        """Word for the sigma.

        Returns
        -------
        SigmaBand
            Ordinary below 2 (and while calibrating), unusual below 5, else investigate.
        """
        if self.sigma >= 5.0:
            return SigmaBand.INVESTIGATE
        return SigmaBand.UNUSUAL if self.sigma >= 2.0 else SigmaBand.ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorState:
    """A fitted and calibrated set of detectors of one source, as it is stored.

    Attributes
    ----------
    state_id : str
        Hash of source, model, settings and the fitted numbers.
    source : str
        The source whose normals it knows.
    model_id : str
        The encoder whose embeddings it knows.
    fitted, calibrated : int
        Numbers of normals in the two disjoint parts.
    blob : bytes
        The numbers (npz without pickle).
    made_at : str
        ISO 8601 UTC.
    """

    state_id: str
    source: str
    model_id: str
    fitted: int
    calibrated: int
    blob: bytes
    made_at: str
