"""Whether pictures still come from the source that was calibrated: a bet against exchangeability."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from astrolens.domain.errors import BadData

CELLS = 100
ALARM = 4e6  # pictures between two false alarms at least: 100 nights of 40,000 pictures
_SUSPECTED = ALARM / 100.0
_POWERS = (0.3, 0.6, 0.85)


class DriftWord(StrEnum):
    """What is said of a source."""

    NONE = "none"
    SUSPECTED = "suspected"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drift:
    """What is known of a source since its calibration.

    Each arrival is ranked among the calibration pictures of one fold and the earlier arrivals ranked there, with ties
    broken at random. The fold's detectors have seen none of them, so that, as long as the survey does not change, these
    p-values are independent and uniform, whatever the scores are and however many anomalies there are. Seven players bet
    against that; each starts anew with every picture, and their mean wealth is a Shiryaev-Roberts statistic: its
    expectation after n pictures is n, hence the mean number of alarms in n pictures is at most n / `ALARM`.

    Attributes
    ----------
    state_id : str
        The calibration that is watched.
    counts : ndarray of int64, shape (folds, CELLS)
        Pictures seen in each cell of oddness, by fold.
    wealth : ndarray of float64, shape (7,)
        Of the players; 0 or more.
    seen : int
        Arrivals since the calibration.
    alarmed_at : int or None
        Arrivals when the alarm was raised; it holds until the source is calibrated anew.

    References
    ----------
    .. [1] Vovk, Nouretdinov & Gammerman (2003), ICML, 768 (exchangeability martingales, power bets).
    .. [2] Volkhonskiy et al. (2017), COPA, PMLR 60, 132 (conformal change detection).
    .. [3] Pollak (1987), Ann. Statist. 15, 749 (Shiryaev-Roberts: the mean time to a false alarm).
    """

    state_id: str
    counts: NDArray[np.int64]
    wealth: NDArray[np.float64]
    seen: int = 0
    alarmed_at: int | None = None

    @classmethod
    def start(cls, state_id: str, counts: NDArray[np.int64]) -> Self:
        """Begin to watch.

        Parameters
        ----------
        state_id : str
            The calibration.
        counts : ndarray of int64, shape (folds, CELLS)
            Its sample, from `Judge.sample_cells`.

        Returns
        -------
        Drift
            Nothing suspected.
        """
        return cls(state_id=state_id, counts=counts.copy(), wealth=np.zeros(2 * len(_POWERS) + 1))

    @property
    def word(self) -> DriftWord:
        """What is said of the source.

        Returns
        -------
        DriftWord
            An alarm holds until the source is calibrated anew.
        """
        if self.alarmed_at is not None:
            return DriftWord.ALARM
        return DriftWord.SUSPECTED if self.evidence >= _SUSPECTED else DriftWord.NONE

    @property
    def evidence(self) -> float:
        """The Shiryaev-Roberts statistic.

        Returns
        -------
        float
            0 or more; an alarm at `ALARM`.
        """
        return float(self.wealth.mean())

    @property
    def direction(self) -> str:
        """Where the pictures went.

        Returns
        -------
        str
            ``odder``, ``more ordinary`` or ``both ways``: the richest player's bet.
        """
        richest = int(self.wealth.argmax())
        if richest == 2 * len(_POWERS):
            return "both ways"
        return "odder" if richest < len(_POWERS) else "more ordinary"

    def watch(self, cells: NDArray[np.int64]) -> "Drift":
        """Look at arrivals, in the order in which they came.

        Parameters
        ----------
        cells : ndarray of int64, shape (n, folds)
            From `Judge.judge_and_place`.

        Returns
        -------
        Drift
            With them. The draws that break ties depend on the calibration and the number of the picture only.
        """
        counts, wealth, seen, alarmed = self.counts.copy(), self.wealth, self.seen, self.alarmed_at
        for row in cells:
            fold = seen % len(counts)
            tie = np.random.default_rng([int(self.state_id[:8], 16), seen]).random()
            wealth = play(wealth, rank(counts[fold], int(row[fold]), tie))
            counts[fold, row[fold]] += 1
            seen += 1
            if alarmed is None and float(wealth.mean()) >= ALARM:
                alarmed = seen
        return replace(self, counts=counts, wealth=wealth, seen=seen, alarmed_at=alarmed)

    def facts(self) -> dict[str, Any]:
        """What to keep.

        Returns
        -------
        dict
            JSON-able.
        """
        return {
            "state_id": self.state_id,
            "word": self.word.value,
            "counts": self.counts.tolist(),
            "wealth": self.wealth.tolist(),
            "seen": self.seen,
            "alarmed_at": self.alarmed_at,
        }

    @classmethod
    def restore(cls, facts: Mapping[str, Any]) -> Self:
        """Undo `facts`.

        Parameters
        ----------
        facts : Mapping
            As `facts` gave them.

        Returns
        -------
        Drift
            The same.

        Raises
        ------
        BadData
            If they are damaged.
        """
        try:
            counts = np.array(facts["counts"], np.int64)
            wealth = np.array(facts["wealth"], np.float64)
            if counts.ndim != 2 or counts.shape[1] != CELLS or wealth.shape != (2 * len(_POWERS) + 1,):
                raise ValueError(f"counts {counts.shape}, wealth {wealth.shape}")
            alarmed = facts["alarmed_at"]
            return cls(
                state_id=str(facts["state_id"]),
                counts=counts,
                wealth=wealth,
                seen=int(facts["seen"]),
                alarmed_at=None if alarmed is None else int(alarmed),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadData(f"what was kept about drift cannot be read ({error}); it begins anew") from error


def cells_of(combined: NDArray[np.float64], weights: tuple[float, ...]) -> NDArray[np.int64]:
    """Cell of oddness of each combination.

    The grid is fixed beforehand and so cannot favour the sample: equal shares of a gamma law, which for independent
    detectors is that of the sum.

    Parameters
    ----------
    combined : ndarray of float64
        From `combine`.
    weights : tuple of float
        Of the deciding detectors.

    Returns
    -------
    ndarray of int64
        In [0, CELLS), of the same shape; the last is the oddest.
    """
    total = sum(weights)
    spread = sum(weight**2 for weight in weights)
    share = gammainc(total**2 / spread, np.maximum(combined, 0.0) * total / spread)
    return np.asarray(np.minimum((share * CELLS).astype(np.int64), CELLS - 1), dtype=np.int64)


def rank(counts: NDArray[np.int64], cell: int, tie: float) -> float:
    """Share of pictures that are odder, those in the same cell counted in part.

    Parameters
    ----------
    counts : ndarray of int64, shape (CELLS,)
        Earlier pictures.
    cell : int
        Of the new one.
    tie : float
        Uniform draw in [0, 1).

    Returns
    -------
    float
        Smoothed conformal p-value in (0, 1].
    """
    odder = float(counts[cell + 1 :].sum())
    return (odder + (1.0 - tie) * (float(counts[cell]) + 1.0)) / (float(counts.sum()) + 1.0)


def play(wealth: NDArray[np.float64], p_values: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Let every player bet on one p-value, each with one unit more.

    Parameters
    ----------
    wealth : ndarray of float64, shape (..., 7)
        Before.
    p_values : float or ndarray of float64, shape (...)
        In (0, 1].

    Returns
    -------
    ndarray of float64, shape (..., 7)
        After; held below 1e300.
    """
    small = np.clip(np.asarray(p_values, dtype=np.float64), 1e-12, 1.0)[..., None]
    large = np.maximum(1.0 - small, 1e-12)
    powers = np.array(_POWERS)
    odder = powers * small ** (powers - 1.0)
    plainer = powers * large ** (powers - 1.0)
    ends = 0.5 * (odder[..., 1:2] + plainer[..., 1:2])
    gain = np.concatenate([odder, plainer, ends], axis=-1)
    return np.asarray(np.minimum((wealth + 1.0) * gain, 1e300), dtype=np.float64)
