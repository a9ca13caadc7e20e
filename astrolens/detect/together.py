"""All folds of a calibration asked at once: the same numbers as one after the other, at a third of the cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.combine import combine
from astrolens.detect.covariance import turned_distance
from astrolens.detect.crossfit import CrossFit, Judged
from astrolens.detect.curves import CurveTable
from astrolens.detect.detector import Detector
from astrolens.detect.detectors.mahalanobis import Mahalanobis
from astrolens.detect.detectors.neighbours import Neighbours, mean_of_nearest
from astrolens.detect.detectors.pixels import PixelStatistics
from astrolens.detect.features import Features
from astrolens.detect.forest import Grove
from astrolens.detect.nearest import mean_distance
from astrolens.detect.places import view_cells, view_quartiles
from astrolens.detect.shape_forest import ShapeForest
from astrolens.detect.unfitted import Unfitted

ScoreFolds = Callable[[Features, NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """What `CrossFit.judge` says, with the work that folds share done once.

    Attributes
    ----------
    fit : CrossFit
        The calibration.
    ways : Mapping of str to Callable
        By detector, in the order of ``fit.recipe.computed``: scores of every fold, shape (folds, n), from features and
        their directions.
    curves : CurveTable
        Of every detector in every fold, folds outermost.
    quartiles : ndarray of float64, shape (views - 1, folds, 3)
        From `astrolens.detect.places.view_quartiles`.
    """

    fit: CrossFit
    ways: Mapping[str, ScoreFolds]
    curves: CurveTable
    quartiles: NDArray[np.float64]

    @classmethod
    def of(cls, fit: CrossFit, sample: Features) -> "Together":
        """Prepare.

        Parameters
        ----------
        fit : CrossFit
            The calibration.
        sample : Features
            The m normals that it was made from, in its order.

        Returns
        -------
        Together
            Ready to judge.
        """
        names = fit.recipe.computed
        ways = {name: _way([fold[name] for fold in fit.detectors], fit, sample) for name in names}
        curves = CurveTable.of([fold[name] for fold in fit.own_curves for name in names])
        quartiles = view_quartiles(sample, fit.fold, fit.recipe.folds)
        return cls(fit=fit, ways=ways, curves=curves, quartiles=quartiles)

    def judge(self, features: Features) -> Judged:
        """Say how odd new pictures are.

        Parameters
        ----------
        features : Features
            Pictures that are not in the sample.

        Returns
        -------
        Judged
            As `CrossFit.judge`; up to the rounding of products of other shapes the same numbers.
        """
        recipe, folds, count = self.fit.recipe, len(self.fit.detectors), len(features)
        names, directions = recipe.computed, features.directions()
        scores = np.stack([way(features, directions) for way in self.ways.values()], axis=1)  # (fold, k, n)
        log_p = self.curves.log_p(scores.reshape(-1, count)).reshape(scores.shape)
        lines = [names.index(name) for name in recipe.combined]
        by_fold = np.stack([
            combine(log_p[number, lines], recipe.rule, recipe.weights, recipe.caps) for number in range(folds)
        ])  # fmt: skip
        decided = self.fit.curve.log_p(by_fold.reshape(-1)).reshape(by_fold.shape)
        return Judged(
            scores=dict(zip(names, scores.mean(axis=0), strict=True)),
            log_p=dict(zip(names, log_p.mean(axis=0), strict=True)),
            combined_log_p=decided.mean(axis=0),
            by_fold=by_fold,
        )

    def place(self, by_fold: NDArray[np.float64], features: Features) -> NDArray[np.int64]:
        """Say where pictures stand for the watch on drift.

        Parameters
        ----------
        by_fold : ndarray of float64, shape (folds, n)
            Combinations, from `judge`.
        features : Features
            The n pictures.

        Returns
        -------
        ndarray of int64, shape (n, folds, views)
            As `astrolens.detect.places.view_cells`.
        """
        return view_cells(by_fold, features, self.quartiles, self.fit.recipe)


def _way(detectors: Sequence[Detector], fit: CrossFit, sample: Features) -> ScoreFolds:
    """The quickest way to ask the detectors of all folds."""
    if all(isinstance(one, Unfitted) for one in detectors):
        return lambda features, _: np.repeat(detectors[0].score(features)[None], len(detectors), axis=0)
    distances = [one for one in detectors if isinstance(one, Mahalanobis)]
    if len(distances) == len(detectors):
        return _distances(distances)
    forests = [one for one in detectors if isinstance(one, ShapeForest)]
    if len(forests) == len(detectors):
        grove = Grove.of([forest.trees for forest in forests])
        return lambda features, _: grove.score([forest.table(features) for forest in forests])
    if all(isinstance(one, Neighbours) for one in detectors):
        return _nearest(fit, sample)
    pixels = [one for one in detectors if isinstance(one, PixelStatistics)]
    if len(pixels) == len(detectors):
        return _pixel_distances(pixels)
    return lambda features, _: np.stack([one.score(features) for one in detectors])


def _distances(detectors: Sequence[Mahalanobis]) -> ScoreFolds:
    turns = [one.white.astype(np.float64).T for one in detectors]

    def score(_: Features, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([
            turned_distance(directions, one.centre, turn) for one, turn in zip(detectors, turns, strict=True)
        ])  # fmt: skip

    return score


def _nearest(fit: CrossFit, sample: Features) -> ScoreFolds:
    bank = sample.directions().astype(np.float32)
    rows = [np.flatnonzero((fit.fold != number) & fit.kept) for number in range(len(fit.detectors))]

    def score(_: Features, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        cosine = directions.astype(np.float32) @ bank.T  # (n, m)
        return np.stack([mean_of_nearest(cosine.take(some, axis=1)) for some in rows])

    return score


def _pixel_distances(detectors: Sequence[PixelStatistics]) -> ScoreFolds:
    squares = [(one.bank**2).sum(axis=1) for one in detectors]

    def score(features: Features, _: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([
            mean_distance(one.in_units(features), one.bank, one.neighbours, known)
            for one, known in zip(detectors, squares, strict=True)
        ])  # fmt: skip

    return score
