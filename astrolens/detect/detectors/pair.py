"""The encoder's head that looks for a second galaxy."""

from typing import ClassVar

from astrolens.detect.head_score import HeadScore


class SecondGalaxy(HeadScore):
    """Log-odds that a second galaxy is blended in: outlier exposure with composites.

    It steps back where there is a ``merger`` head, which holds this one already.

    References
    ----------
    .. [1] Hendrycks, Mazeika & Dietterich (2019), ICLR, eq. 1.
    """

    __slots__ = ()

    name: ClassVar[str] = "pair"
    head: ClassVar[str] = "pair"
    better_head: ClassVar[str] = "merger"
