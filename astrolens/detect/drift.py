"""Whether pictures still come from the source that was calibrated: a bet against exchangeability."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.places import CELLS, ODDNESS, VIEWS
from astrolens.domain.errors import BadData

ALARM = 4e6  # pictures between two false alarms at least: 100 nights of 40,000 pictures
_SUSPECTED = ALARM / 10.0  # one night in ten at most
_POWERS = (0.3, 0.6, 0.85)
_PLAYERS = 2 * len(_POWERS) + 1


class DriftWord(StrEnum):
    """What is said of a source."""

    NONE = "none"
    SUSPECTED = "suspected"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drift:
    """What is known of a source since its calibration.

    In each view (`VIEWS`: oddness, sky, sharpness and size) each arrival is ranked among the calibration pictures of one
    fold and the earlier arrivals ranked there, with ties broken at random. The fold's detectors have seen none of them, so that, as long as the survey does not change, these
    p-values are independent and uniform, whatever the scores are and however many anomalies there are. In each view seven
    players bet against that; each starts anew with every picture, and the mean of all wealth is a Shiryaev-Roberts statistic: its
    expectation after n pictures is n, hence the mean number of alarms in n pictures is at most n / `ALARM`.

    Attributes
    ----------
    state_id : str
        The calibration that is watched.
    counts : ndarray of int64, shape (views, folds, CELLS)
        Pictures seen in each cell.
    wealth : ndarray of float64, shape (views, 7)
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
        counts : ndarray of int64, shape (views, folds, CELLS)
            Its sample, from `Judge.sample_cells`.

        Returns
        -------
        Drift
            Nothing suspected.
        """
        return cls(state_id=state_id, counts=counts.copy(), wealth=np.zeros((len(VIEWS), _PLAYERS)))

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
            The richest player's bet: ``odder``, ``more ordinary``, ``higher sky``, ``lower sky``, ``both ways in
            sky`` and so on.
        """
        view, player = divmod(int(self.wealth.argmax()), _PLAYERS)
        name = VIEWS[view].replace("_", " ")
        if player == _PLAYERS - 1:
            return f"both ways in {name}"
        if VIEWS[view] == ODDNESS:
            return "odder" if player < len(_POWERS) else "more ordinary"
        return f"{'higher' if player < len(_POWERS) else 'lower'} {name}"

    def watch(self, cells: NDArray[np.int64]) -> "Drift":
        """Look at arrivals, in the order in which they came.

        Parameters
        ----------
        cells : ndarray of int64, shape (n, folds, views)
            From `Judge.judge_and_place`.

        Returns
        -------
        Drift
            With them. The draws that break ties depend on the calibration and the number of the picture only.
        """
        counts, wealth, seen, alarmed = self.counts.copy(), self.wealth, self.seen, self.alarmed_at
        for row in cells:
            fold = seen % counts.shape[1]
            ties = np.random.default_rng([int(self.state_id[:8], 16), seen]).random(len(VIEWS))
            wealth = play(wealth, rank(counts[:, fold], row[fold], ties))
            counts[np.arange(len(VIEWS)), fold, row[fold]] += 1
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
            fits = counts.ndim == 3 and (len(counts), counts.shape[2]) == (len(VIEWS), CELLS)
            if not fits or wealth.shape != (len(VIEWS), _PLAYERS):
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


def rank(
    counts: NDArray[np.int64], cells: NDArray[np.int64], ties: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of earlier pictures that are higher, those in the same cell counted in part.

    Parameters
    ----------
    counts : ndarray of int64, shape (views, CELLS)
        Earlier pictures.
    cells : ndarray of int64, shape (views,)
        Of the new one.
    ties : ndarray of float64, shape (views,)
        Uniform draws in [0, 1).

    Returns
    -------
    ndarray of float64, shape (views,)
        Smoothed conformal p-values in (0, 1].
    """
    lines = np.arange(len(counts))
    total = counts.sum(axis=1)
    higher = total - counts.cumsum(axis=1)[lines, cells]
    p_values = (higher + (1.0 - ties) * (counts[lines, cells] + 1.0)) / (total + 1.0)
    return np.asarray(p_values, dtype=np.float64)


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
