"""The encoder's head that has seen real artefacts."""

from typing import ClassVar

from astrolens.detect.head_score import HeadScore


class Artefact(HeadScore):
    """Score of a linear head learnt from trails, plates, glare and band faults that were labelled by eye.

    References
    ----------
    .. [1] Hendrycks, Mazeika & Dietterich (2019), ICLR, eq. 1.
    """

    __slots__ = ()

    name: ClassVar[str] = "artefact"
    head: ClassVar[str] = "artefact"
