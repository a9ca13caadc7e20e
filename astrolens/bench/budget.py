"""Realised against nominal false alarms: many random splits of normals that no encoder saw."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import kolmogorov

from astrolens.bench.ranking import interval
from astrolens.config.settings import DetectSettings
from astrolens.detect.roster import Recipe
from astrolens.detect.stage import fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import utc_now

BUDGETS_PER_1000 = (1.0, 5.0, 20.0)
_DRAWS = 1000
_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Splits:
    """P-values of held-out normals over many splits of one sample.

    Attributes
    ----------
    calibrated : int
        Pictures in the calibration of each split.
    p_values : ndarray of float64, shape (splits, n)
        NaN where the normal was in the calibration of that split.
    """

    calibrated: int
    p_values: NDArray[np.float64]

    def as_json(self, *, seed: int) -> dict[str, Any]:
        """Realised rates and their uniformity.

        Parameters
        ----------
        seed : int
            Of the bootstrap.

        Returns
        -------
        dict
            For each budget the realised rate per 1,000 and its ratio to nominal, with an interval over splits (is the
            budget kept on these normals?) and one over normals (how other normals would do).
        """
        held = np.isfinite(self.p_values)
        return {
            "splits": len(self.p_values),
            "calibrated": self.calibrated,
            "held_out": round(float(held.sum(axis=1).mean()), 1),
            "budgets": {f"{budget:g}": self._at(budget, held, seed) for budget in BUDGETS_PER_1000},
            "uniformity": self._uniformity(),
        }

    def _at(self, budget: float, held: NDArray[np.bool_], seed: int) -> dict[str, Any]:
        with np.errstate(invalid="ignore"):
            alarms = (self.p_values <= budget / 1000.0) & held
        random = np.random.default_rng(seed)
        realised = 1000.0 * float(alarms.sum() / held.sum())
        by_split, by_normal = (
            _resampled(alarms.sum(axis=axis), held.sum(axis=axis), random) / budget for axis in (1, 0)
        )
        return {
            "realised_per_1000": round(realised, 3),
            "ratio": round(realised / budget, 3),
            "ratio_95_over_splits": interval(by_split, 3),
            "ratio_95_over_normals": interval(by_normal, 3),
        }

    def _uniformity(self) -> dict[str, Any]:
        """Kolmogorov and Smirnov; the calibration is a sample too, so the test is that of two samples."""
        distances, chances = [], []
        for row in self.p_values:
            p = np.sort(row[np.isfinite(row)])
            steps = np.arange(len(p) + 1) / len(p)
            distance = float(max(np.max(steps[1:] - p), np.max(p - steps[:-1])))
            size = len(p) * self.calibrated / (len(p) + self.calibrated)
            distances.append(distance)
            chances.append(float(kolmogorov(np.sqrt(size) * distance)))
        return {
            "ks_distance_median": round(float(np.median(distances)), 4),
            "ks_p_median": round(float(np.median(chances)), 3),
            "share_of_splits_rejected_at_0.05": round(float(np.mean(np.array(chances) < _LEVEL)), 3),
        }


def _resampled(
    alarms: NDArray[np.int64], held: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.float64]:
    """Realised rate per 1,000 of bootstrap draws of splits, or of normals."""
    drawn = random.integers(len(held), size=(_DRAWS, len(held)))
    return np.asarray(1000.0 * alarms[drawn].sum(axis=1) / held[drawn].sum(axis=1), np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deal:
    """One split.

    Attributes
    ----------
    sample : list of Analysis
        What calibrates.
    odd : int
        So many at the end of the sample are oddities.
    held : ndarray of int64, shape (n,)
        Places of the normals that are judged.
    """

    sample: list[Analysis]
    odd: int
    held: NDArray[np.int64]


def deals(
    normals: Sequence[Analysis], odd: Sequence[Analysis], *, splits: int, contamination: float, seed: int
) -> Iterator[Deal]:
    """Deal normals into a half that calibrates and a half that is judged, again and again.

    Parameters
    ----------
    normals : sequence of Analysis
        At least 80.
    odd : sequence of Analysis
        Where contamination is drawn from.
    splits : int
        How many.
    contamination : float
        Share of the calibration that is replaced by oddities, in [0, 1).
    seed : int
        The same seed gives the same splits.

    Yields
    ------
    Deal
        One split after the other.

    Raises
    ------
    ValueError
        If there are too few oddities for the contamination.
    """
    half = len(normals) // 2
    mixed_in = round(contamination * half)
    if mixed_in > len(odd):
        raise ValueError(
            f"{mixed_in} oddities are needed for {contamination:.0%} contamination, there are {len(odd)}"
        )
    random = np.random.default_rng([seed, mixed_in])
    for _ in range(splits):
        order = random.permutation(len(normals))
        sample = [normals[row] for row in order[: half - mixed_in]]
        sample += [odd[row] for row in random.permutation(len(odd))[:mixed_in]]
        yield Deal(sample=sample, odd=mixed_in, held=order[half:])


def deciding_recipe() -> Recipe:
    """The shipped recipe without what only informs: that changes no p-value that decides, and takes time.

    Returns
    -------
    Recipe
        Short.
    """
    shipped = Recipe()
    return Recipe(computed=shipped.combined, combined=shipped.combined, weights=shipped.weights)


def held_out_p_values(
    normals: Sequence[Analysis],
    odd: Sequence[Analysis],
    settings: DetectSettings,
    *,
    splits: int,
    contamination: float,
    seed: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> Splits:
    """Calibrate on a random half and judge the other, many times.

    Parameters
    ----------
    normals : sequence of Analysis
        At least 80.
    odd : sequence of Analysis
        Where contamination is drawn from.
    settings : DetectSettings
        As shipped.
    splits : int
        How many.
    contamination : float
        Share of the calibration that is replaced by oddities, in [0, 1).
    seed : int
        Of the splits.
    progress : Callable
        Told how many splits are done.

    Returns
    -------
    Splits
        P-values of the held-out halves.

    Raises
    ------
    ValueError
        If there are too few oddities for the contamination.
    """
    recipe = deciding_recipe()
    p_values = np.full((splits, len(normals)), np.nan)
    dealt = deals(normals, odd, splits=splits, contamination=contamination, seed=seed)
    for split, deal in enumerate(dealt):
        judge = fit_judge(deal.sample, source="bench", settings=settings, made_at=utc_now(), recipe=recipe)
        p_values[split, deal.held] = [one.p_value for one in judge.judge([normals[row] for row in deal.held])]
        progress(split + 1)
    return Splits(calibrated=len(normals) // 2, p_values=p_values)
