"""The evidence for one verdict, put together when somebody asks for it."""

import logging
from collections.abc import Awaitable, Callable

from astrolens.detect.stage import Judge
from astrolens.detect.why import detector_words, explain
from astrolens.domain.analysis import Analysis, MorphologyFlag
from astrolens.domain.detection import Verdict
from astrolens.domain.errors import AstroLensError
from astrolens.domain.heat import HeatMap
from astrolens.domain.image import QualityFlag
from astrolens.domain.why import WhyCard
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_NEIGHBOURS = 5

JudgeOf = Callable[[str], Awaitable[Judge | None]]
DrawHeat = Callable[[ImageRecord], Awaitable[HeatMap | None]]


class WhyCards:
    """Makes the card of a picture; nothing of it is stored.

    Parameters
    ----------
    store : Store
        Holds verdicts, analyses and neighbours.
    judge_of : Callable
        Coroutine function: the calibration in force for a source.
    model_id : str
        The encoder in use.
    draw_heat : Callable, optional
        Coroutine function: where the oddity of a picture lies; None when it cannot tell.
    """

    def __init__(
        self, store: Store, judge_of: JudgeOf, model_id: str, draw_heat: DrawHeat | None = None
    ) -> None:
        self._store = store
        self._judge_of = judge_of
        self._model_id = model_id
        self._draw_heat = draw_heat

    async def card(self, image_id: int, *, heat: bool = True) -> WhyCard | None:
        """The card of a picture.

        Parameters
        ----------
        image_id : int
            Any number.
        heat : bool
            Whether a heat map is wanted, which costs a pass of the network.

        Returns
        -------
        WhyCard or None
            None when it was not judged.
        """
        record = await self._store.run(self._store.images.get, image_id)
        verdict = await self._store.run(self._store.verdicts.get, image_id)
        analysis = await self._store.run(self._store.analyses.get, image_id)
        if record is None or verdict is None or analysis is None:
            return None
        judge = await self._judge_of(record.source)
        if judge is not None and judge.state.model_id != analysis.model_id:
            judge = None
        drawn = await self._heat(record) if heat and self._draw_heat is not None else None
        return await self._store.run(self._make, record, verdict, analysis, judge, drawn)

    async def _heat(self, record: ImageRecord) -> HeatMap | None:
        if self._draw_heat is None:
            return None
        try:
            return await self._draw_heat(record)
        except AstroLensError as error:
            log.info("image %d has no heat map: %s", record.image_id, error)
            return None

    def _make(
        self,
        record: ImageRecord,
        verdict: Verdict,
        analysis: Analysis,
        judge: Judge | None,
        heat: HeatMap | None,
    ) -> WhyCard:
        number = record.image_id
        model_id = self._store.verdicts.model_of(number)
        return WhyCard(
            image_id=number,
            decision=verdict.decision,
            held_by=verdict.held_by,
            budget_per_1000=verdict.budget_per_1000,
            p_value=verdict.p_value,
            sigma=verdict.sigma,
            extrapolated=verdict.extrapolated,
            in_calibration=verdict.in_calibration,
            detectors=detector_words(judge, verdict),
            votes=verdict.votes,
            outliers=() if judge is None else explain(judge, analysis),
            flags=_flags(record.flags, analysis.morphology.flags),
            normals=tuple(self._store.resemblance.normals(number, analysis, _NEIGHBOURS)),
            labelled=tuple(self._store.resemblance.labelled(number, analysis, _NEIGHBOURS)),
            heat=heat,
            state_id=verdict.state_id,
            model_id=model_id,
            former_model=bool(model_id) and model_id != self._model_id,
            calibrated_on=None if judge is None else judge.state.calibrated,
        )


def _flags(*several: QualityFlag | MorphologyFlag) -> tuple[str, ...]:
    return tuple(flag.name.lower() for flags in several for flag in type(flags) if flag & flags and flag.name)
