"""From analyses to verdicts: the door of this room."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from astrolens.config.settings import DetectSettings
from astrolens.detect.budget import decide
from astrolens.detect.crossfit import Judged, cross_fit
from astrolens.detect.features import Features
from astrolens.detect.places import CELLS, VIEWS
from astrolens.detect.roster import Recipe, applicable
from astrolens.detect.sigma import sigma_of_log_p
from astrolens.detect.state import Fitted, identity, pack, unpack
from astrolens.detect.together import Together
from astrolens.detect.votes import count_votes
from astrolens.domain.analysis import Analysis, Morphology
from astrolens.domain.clock import iso
from astrolens.domain.detection import DetectorState, Verdict
from astrolens.domain.errors import BadData

_LOG = logging.getLogger(__name__)
FEWEST_PICTURES = 40


class Judge:
    """Says how odd pictures of one source are, and decides.

    It holds no open thing, changes nothing, and may be used from several threads at a time.

    Parameters
    ----------
    fitted : Fitted
        Detectors, curves and the sample behind them.
    state : DetectorState
        The same as it is stored.
    settings : DetectSettings
        Budget and near-miss factor; they may change without a new fit.
    together : Together, optional
        Of the same fit, where it is at hand.
    """

    __slots__ = ("_fitted", "_settings", "_together", "state")

    def __init__(
        self, fitted: Fitted, state: DetectorState, settings: DetectSettings, together: Together | None = None
    ) -> None:
        self._fitted = fitted
        self._settings = settings
        self._together = together or Together.of(fitted.fit, fitted.sample)
        self.state = state

    @classmethod
    def load(cls, state: DetectorState, settings: DetectSettings) -> Self:
        """Take up a stored judge.

        Parameters
        ----------
        state : DetectorState
            From `Judge.state`.
        settings : DetectSettings
            Budget and near-miss factor.

        Returns
        -------
        Judge
            Gives bit for bit the verdicts of the one that was stored.

        Raises
        ------
        BadData
            If the stored numbers are damaged or not those of ``state``; calibrating anew replaces them.
        """
        fitted = unpack(state.blob)
        found = identity(fitted, source=state.source)
        if found != state.state_id or fitted.sample.model_id != state.model_id:
            raise BadData(f"detector state {state.state_id} of {state.source} holds {found}; calibrate anew")
        return cls(fitted, state, settings)

    def with_settings(self, settings: DetectSettings) -> Self:
        """Same judge, other budget.

        Parameters
        ----------
        settings : DetectSettings
            Budget and near-miss factor are read; the rest belongs to a fit.

        Returns
        -------
        Judge
            Shares everything fitted.
        """
        return type(self)(self._fitted, self.state, settings, self._together)

    @property
    def settings(self) -> DetectSettings:
        """What decides.

        Returns
        -------
        DetectSettings
            The budget in it is the one in force for this source.
        """
        return self._settings

    @property
    def detectors(self) -> tuple[str, ...]:
        """Detectors whose scores are reported.

        Returns
        -------
        tuple of str
            Names, in a fixed order.
        """
        return self._fitted.fit.recipe.computed

    @property
    def deciding(self) -> tuple[str, ...]:
        """Detectors that the verdict rests on.

        Returns
        -------
        tuple of str
            A part of `detectors`.
        """
        return self._fitted.fit.recipe.combined

    @property
    def weights(self) -> dict[str, float]:
        """How much each deciding detector counts.

        Returns
        -------
        dict of str to float
            By the names in `deciding`.
        """
        recipe = self._fitted.fit.recipe
        return dict(zip(recipe.combined, recipe.weights, strict=True))

    @property
    def presumed_odd(self) -> int:
        """Members of the sample that were set aside as presumed anomalies.

        Returns
        -------
        int
            0 for a sample that looks clean.
        """
        return int(self._fitted.fit.aside.sum())

    def judge(self, analyses: Sequence[Analysis]) -> list[Verdict]:
        """Judge new pictures.

        Parameters
        ----------
        analyses : sequence of Analysis
            Pictures of the source that are not in the calibration sample; may be empty.

        Returns
        -------
        list of Verdict
            In the given order; each depends on its own picture only.

        Raises
        ------
        ValueError
            If they come from another encoder or a number of the network is not finite.
        """
        return self.judge_and_place(analyses)[0]

    def judge_and_place(self, analyses: Sequence[Analysis]) -> tuple[list[Verdict], NDArray[np.int64]]:
        """Judge new pictures, and say where each stands for the watch on drift.

        Parameters
        ----------
        analyses : sequence of Analysis
            As for `judge`.

        Returns
        -------
        verdicts : list of Verdict
            As `judge`.
        cells : ndarray of int64, shape (n, folds, views)
            For `Drift.watch`.

        Raises
        ------
        ValueError
            As `judge`.
        """
        if not analyses:
            return [], np.zeros((0, self._fitted.fit.recipe.folds, len(VIEWS)), np.int64)
        features = Features.stack(analyses)
        sample = self._fitted.sample
        if features.model_id != sample.model_id:
            raise ValueError(
                f"analyses come from {features.model_id}, the calibration knows {sample.model_id}"
            )
        if features.heads.keys() != sample.heads.keys():
            raise ValueError(
                f"heads {sorted(features.heads)} differ from the calibration's {sorted(sample.heads)}"
            )
        judged = self._together.judge(features)
        verdicts = self._verdicts(judged, np.arange(len(features), dtype=np.intp), in_calibration=False)
        return verdicts, self._together.place(judged.by_fold, features)

    def decide_again(self, verdict: Verdict) -> Verdict:
        """Hold an earlier verdict's p-value against the budget in force.

        Parameters
        ----------
        verdict : Verdict
            Of this judge.

        Returns
        -------
        Verdict
            Decided by the budget alone; no rule holds it back.
        """
        decision = decide(
            verdict.p_value,
            budget_per_1000=self._settings.budget_per_1000,
            near_miss_factor=self._settings.near_miss_factor,
        )
        return replace(verdict, decision=decision, budget_per_1000=self._settings.budget_per_1000, held_by="")

    def shape_normals(self, *, fewest: int) -> dict[str, NDArray[np.float64]]:
        """Each shape number of the normals of the sample.

        Parameters
        ----------
        fewest : int
            Numbers that fewer normals have are left out.

        Returns
        -------
        dict of str to ndarray of float64, shape (m,)
            By the names of `Morphology`, rising and finite; without presumed anomalies.
        """
        shapes = self._fitted.sample.shapes[~self._fitted.fit.aside]
        found = {}
        for name, column in zip(Morphology.number_names(), shapes.T, strict=True):
            known = column[np.isfinite(column)]
            if len(known) >= fewest:
                found[name] = np.sort(known)
        return found

    def sample_cells(self) -> NDArray[np.int64]:
        """How the calibration sample fills the cells of each view.

        Returns
        -------
        ndarray of int64, shape (views, folds, CELLS)
            Pictures; for `Drift.start`.
        """
        fit, sample = self._fitted.fit, self._fitted.sample
        same = np.repeat(fit.own_combined[None, :], fit.recipe.folds, axis=0)
        cells = self._together.place(same, sample)
        counts = np.zeros((len(VIEWS), fit.recipe.folds, CELLS), np.int64)
        for row, fold in enumerate(fit.fold):
            counts[np.arange(len(VIEWS)), fold, cells[row, fold]] += 1
        return counts

    def judge_own_sample(self) -> list[Verdict]:
        """Judge the calibration sample, each picture against all the others.

        Returns
        -------
        list of Verdict
            In the order in which the analyses were given to `fit_judge`.
        """
        return self._verdicts(
            self._fitted.fit.judge_own(), self._fitted.given.astype(np.intp), in_calibration=True
        )

    def _verdicts(self, judged: Judged, rows: NDArray[np.intp], *, in_calibration: bool) -> list[Verdict]:
        budget = self._settings.budget_per_1000
        p_values = np.exp(judged.combined_log_p)
        sigmas = sigma_of_log_p(judged.combined_log_p)
        votes = count_votes(judged.log_p, count=len(rows), budget_per_1000=budget)
        normals = int((~self._fitted.fit.aside).sum())
        smallest = 1.0 / (normals + (0 if in_calibration else 1))
        each_p = {name: np.exp(values) for name, values in judged.log_p.items()}
        return [
            Verdict(
                decision=decide(
                    float(p_values[row]),
                    budget_per_1000=budget,
                    near_miss_factor=self._settings.near_miss_factor,
                ),
                p_value=float(p_values[row]),
                sigma=float(sigmas[row]),
                extrapolated=bool(p_values[row] < smallest * (1.0 - 1e-9)),
                scores={name: float(values[row]) for name, values in judged.scores.items()},
                p_values={name: float(values[row]) for name, values in each_p.items()},
                votes=int(votes[row]),
                budget_per_1000=budget,
                state_id=self.state.state_id,
                in_calibration=in_calibration,
            )
            for row in rows
        ]


def fit_judge(
    analyses: Sequence[Analysis],
    *,
    source: str,
    settings: DetectSettings,
    made_at: datetime,
    recipe: Recipe | None = None,
    known_normal: Sequence[bool] | None = None,
) -> Judge:
    """Learn what is normal for a source from a sample of it, and calibrate.

    Parameters
    ----------
    analyses : sequence of Analysis
        At least 40 pictures of one encoder, mostly normal; their order does not matter.
    source : str
        The source they come from.
    settings : DetectSettings
        Trimming, seed, budget.
    made_at : datetime
        Aware; kept with the state as UTC text.
    recipe : Recipe or None
        Detectors and rule; None: the default.
    known_normal : sequence of bool, optional
        For each analysis, whether a person called it normal; such a picture always calibrates. Pictures that a person
        called anomalies should not be handed in at all.

    Returns
    -------
    Judge
        Fitted. ``state.fitted`` counts the pictures that detectors were fitted on, ``state.calibrated`` those that
        were held out of a fit once: with cross-fitting a picture is both, though never for the same detector.

    Raises
    ------
    ValueError
        If there are too few, they do not fit together, ``known_normal`` has another length, or ``made_at`` has no
        time zone.
    """
    if len(analyses) < FEWEST_PICTURES:
        raise ValueError(
            f"{len(analyses)} pictures of {source} cannot calibrate it; {FEWEST_PICTURES} are needed"
        )
    stamp = iso(made_at)
    given = Features.stack(analyses)
    order = given.canonical_order()
    sample = given.take(order)
    asked = applicable(recipe or Recipe(), sample)
    trusted = np.array(known_normal if known_normal is not None else [False] * len(given), np.bool_)
    if len(trusted) != len(given):
        raise ValueError(f"{len(trusted)} words on what is normal do not fit {len(given)} pictures")
    left_out = [name for name in (recipe or Recipe()).computed if name not in asked.computed]
    if left_out:
        _LOG.info(
            "%s has nothing for the detectors %s to read: left out", sample.model_id, ", ".join(left_out)
        )
    fit = cross_fit(
        sample,
        asked,
        trim_fraction=settings.trim_fraction,
        seed=settings.seed,
        aside_limit=settings.contamination_limit,
        trusted=trusted[order],
    )
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    fitted = Fitted(sample=sample, given=place, fit=fit)
    state = DetectorState(
        state_id=identity(fitted, source=source),
        source=source,
        model_id=sample.model_id,
        fitted=int(fit.kept.sum()),
        calibrated=len(sample),
        blob=pack(fitted),
        made_at=stamp,
    )
    _LOG.info(
        "calibrated %s: state=%s pictures=%s fitted=%s set_aside=%s detectors=%s deciding=%s",
        source, state.state_id, state.calibrated, state.fitted, int(fit.aside.sum()), ",".join(asked.computed),
        ",".join(asked.combined),
    )  # fmt: skip
    return Judge(fitted, state, settings)
