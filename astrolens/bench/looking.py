"""Contaminated calibrations after a person looked at the oddest of the sample, as the review queue asks for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.bench.budget import Deal, Splits, deals, deciding_recipe
from astrolens.bench.ranking import interval
from astrolens.config.settings import DetectSettings
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import utc_now

_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """What labels give.

    Attributes
    ----------
    labels : int
        Pictures of each sample that were looked at.
    splits : Splits
        P-values of held-out normals, by the calibrations without the oddities that were found.
    found : ndarray of float64, shape (splits,)
        Share of the oddities of each sample that were among those looked at, 0 to 1.
    """

    labels: int
    splits: Splits
    found: NDArray[np.float64]

    def as_json(self, *, seed: int) -> dict[str, Any]:
        """Realised rates, and what was found on the way.

        Parameters
        ----------
        seed : int
            Of the bootstrap.

        Returns
        -------
        dict
            As of `Splits`, and the share of the oddities that were found, with an interval over splits.
        """
        drawn = np.random.default_rng(seed).integers(len(self.found), size=(_DRAWS, len(self.found)))
        return {
            "labels": self.labels,
            "odd_found": round(float(self.found.mean()), 3),
            "odd_found_95": interval(self.found[drawn].mean(axis=1), 3),
        } | self.splits.as_json(seed=seed)


def p_values_after_labels(
    normals: Sequence[Analysis],
    odd: Sequence[Analysis],
    settings: DetectSettings,
    *,
    labels: Sequence[int],
    splits: int,
    contamination: float,
    seed: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[Looked]:
    """Calibrate on a contaminated half, look at the oddest of it, calibrate without what is odd, judge the other half.

    This is Label-Trim (Bashari, Sesia & Romano 2025). The sample is ranked as the product ranks it: each picture judged
    against the others by the contaminated calibration. Nothing takes the place of what leaves; a source with more
    pictures than its sample would fill up.

    Parameters
    ----------
    normals : sequence of Analysis
        At least 80.
    odd : sequence of Analysis
        Where contamination is drawn from; to whoever looks, these and only these are odd.
    settings : DetectSettings
        As shipped.
    labels : sequence of int
        Numbers of pictures that are looked at, each in one look; 0: none.
    splits : int
        How many; the same for each number.
    contamination : float
        Share of the calibration that is replaced by oddities, above 0 and below 1.
    seed : int
        Of the splits.
    progress : Callable
        Told how many splits are done.

    Returns
    -------
    list of Looked
        In the order of ``labels``.

    Raises
    ------
    ValueError
        If there are too few oddities for the contamination, or it is none at all.
    """
    p_values = np.full((len(labels), splits, len(normals)), np.nan)
    found = np.zeros((len(labels), splits))
    calibrated = np.zeros((len(labels), splits))
    dealt = deals(normals, odd, splits=splits, contamination=contamination, seed=seed)
    for split, deal in enumerate(dealt):
        if not deal.odd:
            raise ValueError(f"{contamination:.1%} contamination of {len(deal.sample)} pictures is none")
        first = _fitted(deal, settings, np.zeros(len(deal.sample), np.bool_))
        oddest = np.argsort([one.p_value for one in first.judge_own_sample()], kind="stable")
        held = [normals[row] for row in deal.held]
        for place, many in enumerate(labels):
            looked = np.zeros(len(deal.sample), np.bool_)
            looked[oddest[:many]] = True
            judge = _fitted(deal, settings, looked) if many else first
            p_values[place, split, deal.held] = [one.p_value for one in judge.judge(held)]
            found[place, split] = looked[len(deal.sample) - deal.odd :].mean()
            calibrated[place, split] = judge.state.calibrated
        progress(split + 1)
    return [
        Looked(
            labels=many,
            splits=Splits(calibrated=round(float(calibrated[place].mean())), p_values=p_values[place]),
            found=found[place],
        )
        for place, many in enumerate(labels)
    ]


def _fitted(deal: Deal, settings: DetectSettings, looked: NDArray[np.bool_]) -> Judge:
    """Calibrate on what was not called odd; those called normal are known to be so."""
    odd = np.arange(len(deal.sample)) >= len(deal.sample) - deal.odd
    stay = np.flatnonzero(~(looked & odd))
    return fit_judge(
        [deal.sample[row] for row in stay],
        source="bench",
        settings=settings,
        made_at=utc_now(),
        recipe=deciding_recipe(),
        known_normal=[bool(looked[row]) for row in stay],
    )
