"""Rules beside the budget: false discovery rate of a night, of a stream, and the best few of a night."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FDR_ONLINE = "fdr_online"
FDR = "fdr"
TOP_PER_NIGHT = "top_per_night"
_LOND_SCALE = 0.0722


def benjamini_hochberg(p_values: NDArray[np.float64], *, tested: int, level: float) -> float:
    """Largest p-value that is a discovery.

    Parameters
    ----------
    p_values : ndarray of float64, shape (k,)
        At least all that are not above ``level``, in any order.
    tested : int
        How many were tested in all, k or more.
    level : float
        False discovery rate that is allowed, in (0, 1).

    Returns
    -------
    float
        0 when there is no discovery.

    References
    ----------
    .. [1] Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289, eq. 1.
    """
    ordered = np.sort(p_values)
    passed = np.flatnonzero(ordered <= level * np.arange(1, len(ordered) + 1) / max(tested, 1))
    return float(ordered[passed[-1]]) if len(passed) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lond:
    """Control of the false discovery rate of a stream without an end: levels based on the number of discoveries.

    Attributes
    ----------
    tested : int
        P-values seen.
    found : int
        Discoveries among them.

    References
    ----------
    .. [1] Javanmard & Montanari (2018), Ann. Statist. 46, 526, section 4.3 (LOND) and eq. 31 (the levels).
    """

    tested: int = 0
    found: int = 0

    def limit(self, level: float) -> float:
        """P-value below which the next one is a discovery.

        Parameters
        ----------
        level : float
            False discovery rate that is allowed, in (0, 1).

        Returns
        -------
        float
            Falls with the number tested, rises with each discovery.
        """
        number = self.tested + 1
        share = _LOND_SCALE * np.log(max(number, 2)) / (number * np.exp(np.sqrt(np.log(number))))
        return float(level * share * (self.found + 1))

    def test(self, p_value: float, level: float) -> tuple[bool, "Lond"]:
        """Look at the next one.

        Parameters
        ----------
        p_value : float
            In (0, 1].
        level : float
            False discovery rate that is allowed, in (0, 1).

        Returns
        -------
        tuple of (bool, Lond)
            Whether it is a discovery, and what is known after it.
        """
        found = p_value <= self.limit(level)
        return found, replace(self, tested=self.tested + 1, found=self.found + int(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A picture inside the budget.

    Attributes
    ----------
    image_id : int
        The picture.
    p_value : float
        Its p-value.
    online : bool
        Whether the stream's rule let it pass when it came, or is off.
    by_night : bool
        Whether `benjamini_hochberg` lets it pass among those it was judged with, or is off.
    """

    image_id: int
    p_value: float
    online: bool = True
    by_night: bool = True


def held_back(flagged: Sequence[Flagged], *, top: int | None) -> dict[int, str]:
    """Say which rule holds back which picture of a night; who passes all is flagged.

    Parameters
    ----------
    flagged : sequence of Flagged
        The night's pictures inside the budget.
    top : int or None
        The most that the night may have; None: any number.

    Returns
    -------
    dict of int to str
        The first rule that holds it back, in the order stream, night, best few; "" for none.
    """
    held: dict[int, str] = {}
    passed: list[Flagged] = []
    for one in flagged:
        if not one.online:
            held[one.image_id] = FDR_ONLINE
        elif not one.by_night:
            held[one.image_id] = FDR
        else:
            passed.append(one)
    passed.sort(key=lambda one: (one.p_value, one.image_id))
    for place, one in enumerate(passed):
        held[one.image_id] = TOP_PER_NIGHT if top is not None and place >= top else ""
    return held
