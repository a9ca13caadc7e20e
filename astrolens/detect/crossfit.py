"""Fit on some normals, calibrate on the others, and let every normal do both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.combine import combine
from astrolens.detect.contamination import set_aside
from astrolens.detect.detector import Detector
from astrolens.detect.detectors.mahalanobis import Mahalanobis
from astrolens.detect.features import Features
from astrolens.detect.roster import Recipe, known_detectors
from astrolens.detect.tail import Curve, leave_one_out_log_p


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Numbers of several pictures before a decision.

    Attributes
    ----------
    scores : Mapping of str to ndarray of float64, shape (n,)
        Each detector's score, mean over the folds.
    log_p : Mapping of str to ndarray of float64, shape (n,)
        Log of each detector's p-value.
    combined_log_p : ndarray of float64, shape (n,)
        Log of the p-value that decides.
    by_fold : ndarray of float64, shape (folds, n)
        Each fold's combination; for the sample itself shape (1, n), that of the fold that has not seen the normal.
    """

    scores: Mapping[str, NDArray[np.float64]]
    log_p: Mapping[str, NDArray[np.float64]]
    combined_log_p: NDArray[np.float64]
    by_fold: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossFit:
    """Detectors fitted once a fold on the other folds, and calibrated on the fold they have not seen.

    The verdict on a picture is a cross-conformal one: in every fold its p-value is taken from detectors that have not
    seen the fold's normals, and the p-values of the folds are averaged (their logs: the folds nearly agree, and the
    plain mean came out further below the budget in simulation, see docs/detection.md). Each detector's scores pass through a curve
    made of the *other* folds' held-out normals before they are combined, so that a normal of the calibration sample
    goes exactly the way a new picture goes.

    Attributes
    ----------
    recipe : Recipe
        What is computed and what decides; only detectors that apply.
    fold : ndarray of int64, shape (m,)
        The part each normal of the sample belongs to.
    kept : ndarray of bool, shape (m,)
        Normals that detectors were fitted on.
    aside : ndarray of bool, shape (m,)
        Presumed anomalies: they are in no curve, and are judged like new pictures.
    detectors : tuple of Mapping
        For each fold, detectors by name, fitted on the kept normals of the other folds.
    own_scores : ndarray of float64, shape (k, m)
        Score of each normal by the detectors that have not seen it, in the order of ``recipe.computed``.
    own_curves : tuple of Mapping
        For each fold, curves by detector name, from the other folds' ``own_scores``.
    own_combined : ndarray of float64, shape (m,)
        Combination of each normal.
    curve : Curve
        Of ``own_combined`` without those set aside.

    References
    ----------
    .. [1] Vovk (2015), Ann. Math. Artif. Intell. 74, 9, eq. 5 (cross-conformal p-values).
    .. [2] Barber et al. (2021), Ann. Statist. 49, 486, section 3 (CV+).
    """

    recipe: Recipe
    fold: NDArray[np.int64]
    kept: NDArray[np.bool_]
    aside: NDArray[np.bool_]
    detectors: tuple[Mapping[str, Detector], ...]
    own_scores: NDArray[np.float64]
    own_curves: tuple[Mapping[str, Curve], ...]
    own_combined: NDArray[np.float64]
    curve: Curve

    def judge(self, features: Features) -> Judged:
        """Say how odd new pictures are.

        Parameters
        ----------
        features : Features
            Pictures that are not in the sample.

        Returns
        -------
        Judged
            In the order of the rows.
        """
        folds = len(self.detectors)
        names = self.recipe.computed
        scores = np.zeros((folds, len(names), len(features)))
        log_p = np.zeros_like(scores)
        by_fold, decided = np.zeros((2, folds, len(features)))
        for number in range(folds):
            for line, name in enumerate(names):
                scores[number, line] = self.detectors[number][name].score(features)
                log_p[number, line] = self.own_curves[number][name].log_p(scores[number, line])
            by_fold[number] = self._combined(log_p[number])
            decided[number] = self.curve.log_p(by_fold[number])
        return Judged(
            scores=dict(zip(names, scores.mean(axis=0), strict=True)),
            log_p=dict(zip(names, log_p.mean(axis=0), strict=True)),
            combined_log_p=decided.mean(axis=0),
            by_fold=by_fold,
        )

    def judge_own(self) -> Judged:
        """Say how odd each normal of the sample is, against all the others.

        Returns
        -------
        Judged
            In the order of the sample.
        """
        names = self.recipe.computed
        return Judged(
            scores=dict(zip(names, self.own_scores, strict=True)),
            log_p={name: self._own_log_p(row) for name, row in zip(names, self.own_scores, strict=True)},
            combined_log_p=self._own_log_p(self.own_combined),
            by_fold=self.own_combined[None, :],
        )

    def _own_log_p(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Members that calibrate against the other such members, those set aside against all of them."""
        normal = ~self.aside
        log_p = np.empty(len(values))
        log_p[normal] = leave_one_out_log_p(values[normal])
        if self.aside.any():
            log_p[self.aside] = Curve.fit(values[normal]).log_p(values[self.aside])
        return log_p

    def _combined(self, log_p: NDArray[np.float64]) -> NDArray[np.float64]:
        lines = [self.recipe.computed.index(name) for name in self.recipe.combined]
        return combine(log_p[lines], self.recipe.rule, self.recipe.weights, self.recipe.caps)


def deal_folds(count: int, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal a sample into parts of nearly equal size.

    Parameters
    ----------
    count : int
        Size of the sample, at least twice the number of parts.
    folds : int
        Number of parts.
    seed : int
        The same seed deals the same.

    Returns
    -------
    ndarray of int64, shape (count,)
        Part of each member, in [0, folds).

    Raises
    ------
    ValueError
        If the sample is too small.
    """
    if count < 2 * folds:
        raise ValueError(f"{count} pictures are too few for {folds} folds; at least {2 * folds} are needed")
    dealt = np.empty(count, np.int64)
    dealt[np.random.default_rng(seed).permutation(count)] = np.arange(count) % folds
    return dealt


def fit_folds(
    sample: Features, fold: NDArray[np.int64], kept: NDArray[np.bool_], recipe: Recipe, seed: int
) -> tuple[Mapping[str, Detector], ...]:
    """Fit the detectors of every fold.

    Parameters
    ----------
    sample : Features
        Normals, m rows.
    fold : ndarray of int64, shape (m,)
        The part each row belongs to.
    kept : ndarray of bool, shape (m,)
        Rows that may be fitted on.
    recipe : Recipe
        Only detectors that apply.
    seed : int
        For detectors that draw at random.

    Returns
    -------
    tuple of Mapping
        For each fold, detectors by name, fitted on kept rows of the other folds.
    """
    known = known_detectors()
    fitted: list[Mapping[str, Detector]] = []
    for number in range(recipe.folds):
        rows = sample.take((fold != number) & kept)
        fitted.append({name: known[name].fit(rows, seed) for name in recipe.computed})
    return tuple(fitted)


def score_own(
    sample: Features, fold: NDArray[np.int64], detectors: tuple[Mapping[str, Detector], ...], recipe: Recipe
) -> NDArray[np.float64]:
    """Score every normal by the detectors that have not seen it.

    Parameters
    ----------
    sample : Features
        Normals, m rows.
    fold : ndarray of int64, shape (m,)
        The part each row belongs to.
    detectors : tuple of Mapping
        From `fit_folds`.
    recipe : Recipe
        Only detectors that apply.

    Returns
    -------
    ndarray of float64, shape (k, m)
        In the order of ``recipe.computed``.
    """
    scores = np.empty((len(recipe.computed), len(sample)))
    for number in range(recipe.folds):
        mine = np.flatnonzero(fold == number)
        rows = sample.take(mine)
        for line, name in enumerate(recipe.computed):
            scores[line, mine] = detectors[number][name].score(rows)
    return scores


def calibrate(
    recipe: Recipe,
    fold: NDArray[np.int64],
    kept: NDArray[np.bool_],
    detectors: tuple[Mapping[str, Detector], ...],
    own_scores: NDArray[np.float64],
    aside: NDArray[np.bool_],
) -> CrossFit:
    """Make the curves from held-out scores.

    Parameters
    ----------
    recipe : Recipe
        Only detectors that apply.
    fold : ndarray of int64, shape (m,)
        The part each normal belongs to.
    kept : ndarray of bool, shape (m,)
        Normals that detectors were fitted on.
    detectors : tuple of Mapping
        From `fit_folds`.
    own_scores : ndarray of float64, shape (k, m)
        From `score_own`.
    aside : ndarray of bool, shape (m,)
        Members that shall be in no curve.

    Returns
    -------
    CrossFit
        Ready to judge.
    """
    curves: list[Mapping[str, Curve]] = []
    combined = np.empty(len(fold))
    deciding = [recipe.computed.index(name) for name in recipe.combined]
    for number in range(recipe.folds):
        others = fold != number
        known = others & ~aside
        made = {name: Curve.fit(own_scores[line, known]) for line, name in enumerate(recipe.computed)}
        mine = ~others
        log_p = np.stack([made[recipe.computed[line]].log_p(own_scores[line, mine]) for line in deciding])
        combined[mine] = combine(log_p, recipe.rule, recipe.weights, recipe.caps)
        curves.append(made)
    return CrossFit(
        recipe=recipe,
        fold=fold,
        kept=kept,
        aside=aside,
        detectors=detectors,
        own_scores=own_scores,
        own_curves=tuple(curves),
        own_combined=combined,
        curve=Curve.fit(combined[~aside]),
    )


def cross_fit(
    sample: Features,
    recipe: Recipe,
    *,
    trim_fraction: float,
    seed: int,
    aside_limit: float = 0.0,
    trusted: NDArray[np.bool_] | None = None,
) -> CrossFit:
    """Fit and calibrate on one sample, keeping its oddest share out of every fit.

    The sample is judged once by detectors fitted on all of it; the oddest ``trim_fraction`` is then left out of the
    fits (an anomaly among them would stretch the spread it is measured by) but stays in the calibration: taking the
    oddest out of a calibration would lower every p-value and break the budget. Only what exceeds a bound for normals
    (`set_aside`) is kept out of the calibration too; contamination that stays below the bound makes p-values too
    large, never too small.

    Parameters
    ----------
    sample : Features
        Normals, m rows.
    recipe : Recipe
        Only detectors that apply.
    trim_fraction : float
        In [0, 0.2].
    seed : int
        Deals the folds and feeds detectors that draw.
    aside_limit : float
        Largest share that may be set aside as presumed anomalies; 0: none.
    trusted : ndarray of bool, shape (m,), optional
        Rows that a person called normal: never trimmed and never set aside.

    Returns
    -------
    CrossFit
        Ready to judge.
    """
    fold = deal_folds(len(sample), recipe.folds, seed)
    known = np.zeros(len(sample), np.bool_) if trusted is None else trusted
    kept = np.ones(len(sample), np.bool_)
    trimmed = int(trim_fraction * len(sample))
    if trimmed:
        deciding = replace(recipe, computed=recipe.combined)
        first = fit_folds(sample, fold, kept, deciding, seed)
        scores = score_own(sample, fold, first, deciding)
        roughly = calibrate(deciding, fold, kept, first, scores, ~kept)
        kept[np.argsort(roughly.own_combined, kind="stable")[-trimmed:]] = False
        kept &= ~_presumed_odd(scores, deciding, known, aside_limit)
        kept |= known
    detectors = fit_folds(sample, fold, kept, recipe, seed)
    own = score_own(sample, fold, detectors, recipe)
    return calibrate(recipe, fold, kept, detectors, own, _presumed_odd(own, recipe, known, aside_limit))


def _presumed_odd(
    scores: NDArray[np.float64], recipe: Recipe, trusted: NDArray[np.bool_], limit: float
) -> NDArray[np.bool_]:
    lines = [recipe.computed.index(name) for name in recipe.combined]
    distance = recipe.combined.index(Mahalanobis.name) if Mahalanobis.name in recipe.combined else None
    return set_aside(scores[lines], distance=distance, weights=recipe.weights, trusted=trusted, limit=limit)
