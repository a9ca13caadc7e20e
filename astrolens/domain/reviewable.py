"""A picture as the review queue sees it."""

from dataclasses import dataclass

from astrolens.domain.detection import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewable:
    """A judged picture that one person has not labelled.

    Attributes
    ----------
    image_id : int
        Its number.
    decision : Decision
        What the detectors decided.
    sigma : float
        How odd it is, in Gaussian sigma; 0 or more.
    unknown : bool
        Whether every required catalogue answered and none knows it.
    """

    image_id: int
    decision: Decision
    sigma: float
    unknown: bool = False
