"""The encoder's head that has seen real mergers."""

from typing import ClassVar

from astrolens.detect.head_score import HeadScore


class Merger(HeadScore):
    """Score of a linear head learnt from mergers that were labelled by eye, and from composites: outlier exposure.

    References
    ----------
    .. [1] Hendrycks, Mazeika & Dietterich (2019), ICLR, eq. 1.
    """

    __slots__ = ()

    name: ClassVar[str] = "merger"
    head: ClassVar[str] = "merger"
