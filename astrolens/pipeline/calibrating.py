"""Fit a calibration on the newest pictures of a source; what becomes of it is up to the caller."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from astrolens.config.settings import DetectSettings
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Verdict
from astrolens.domain.review import LabelValue
from astrolens.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fresh:
    """A calibration that was just made.

    Attributes
    ----------
    judge : Judge
        Fitted.
    ids : tuple of int
        The pictures of its sample.
    verdicts : tuple of Verdict
        Of these pictures, each judged against the others.
    """

    judge: Judge
    ids: tuple[int, ...]
    verdicts: tuple[Verdict, ...]

    def judged(self) -> Sequence[tuple[int, Verdict]]:
        """The sample with its verdicts.

        Returns
        -------
        sequence of (int, Verdict)
            In rising order of the numbers.
        """
        return list(zip(self.ids, self.verdicts, strict=True))

    def oddest_first(self) -> list[int]:
        """The sample in the order in which people should look at it.

        Returns
        -------
        list of int
            The pictures, by rising p-value, the newest of equal ones first.
        """
        return [number for number, _ in sorted(self.judged(), key=lambda one: (one[1].p_value, -one[0]))]

    def facts(self, source: str, reason: str, budget_per_1000: float) -> dict[str, Any]:
        """What the event of a calibration says.

        Parameters
        ----------
        source : str
            Which one.
        reason : str
            Why it was made.
        budget_per_1000 : float
            As configured.

        Returns
        -------
        dict
            JSON-able.
        """
        return {
            "source": source,
            "reason": reason,
            "pictures": len(self.ids),
            "presumed_odd": self.judge.presumed_odd,
            "budget_per_1000": budget_per_1000,
            "state_id": self.judge.state.state_id,
        }


async def fit_newest(
    store: Store, source: str, model_id: str, settings: DetectSettings, *, usable: int, fewest: int
) -> Fresh | None:
    """Fit detectors and curves of a source; nothing is stored.

    Parameters
    ----------
    store : Store
        Holds analyses and labels.
    source : str
        Which one.
    model_id : str
        The encoder.
    settings : DetectSettings
        With the budget in force for this source.
    usable : int
        Newest pictures that may be used.
    fewest : int
        With fewer pictures nothing is fitted.

    Returns
    -------
    Fresh or None
        None when there are too few.
    """
    most = min(settings.calibration_limit, usable)
    ids, sample = await store.run(store.analyses.sample, source, model_id, most)
    if len(ids) < fewest:
        return None
    said = await store.run(store.labels.newest, ids)
    known_normal = [number in said and said[number].value is LabelValue.NORMAL for number in ids]

    def _fit() -> Fresh:
        judge = fit_judge(
            sample, source=source, settings=settings, made_at=utc_now(), known_normal=known_normal
        )
        return Fresh(judge=judge, ids=tuple(ids), verdicts=tuple(judge.judge_own_sample()))

    return await asyncio.to_thread(_fit)
