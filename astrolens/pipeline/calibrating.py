"""Fit a calibration on the newest pictures of a source; what becomes of it is up to the caller."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from astrolens.config.settings import DetectSettings
from astrolens.detect.by_bands import BandJudge, fit_by_bands, rows_by_bands
from astrolens.detect.stage import Judge
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Verdict
from astrolens.domain.review import LabelValue
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_UNKNOWN = "unknown"


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
    band_sets : Mapping of str to int
        Pictures of the sample by their bands; "" where they are not known.
    """

    judge: Judge
    ids: tuple[int, ...]
    verdicts: tuple[Verdict, ...]
    band_sets: Mapping[str, int]

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

    def apart(self) -> list[str]:
        """Sets of bands with a calibration of their own.

        Returns
        -------
        list of str
            Named as `Analysis.bands` are; the only one where there is no other.
        """
        if isinstance(self.judge, BandJudge):
            return list(self.judge.band_sets)
        return list(self.band_sets) if len(self.band_sets) == 1 else []

    def mixed(self) -> list[str]:
        """Sets of bands without one.

        Returns
        -------
        list of str
            As in ``band_sets``.
        """
        own = self.apart()
        return [bands for bands in self.band_sets if bands not in own]

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
            JSON-able; only where there are several sets of bands ``band_sets`` (pictures of each) and ``mixed`` (those
            that have too few for a calibration of their own: that of the whole source speaks for them).
        """
        named = {bands or _UNKNOWN: count for bands, count in self.band_sets.items()}
        mixed = [bands or _UNKNOWN for bands in self.mixed()]
        return ({"band_sets": named, "mixed": mixed} if len(named) > 1 else {}) | {
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
        judge = fit_by_bands(
            sample, source=source, settings=settings, made_at=utc_now(), known_normal=known_normal
        )
        verdicts = tuple(judge.judge_own_sample())
        sets = {bands: len(rows) for bands, rows in rows_by_bands(sample).items()}
        return Fresh(judge=judge, ids=tuple(ids), verdicts=verdicts, band_sets=sets)

    fresh = await asyncio.to_thread(_fit)
    if mixed := fresh.mixed():
        log.warning(
            "source %s has too few pictures of some bands (%s) to calibrate them apart: the whole source speaks for them",
            source, ", ".join(f"{fresh.band_sets[bands]} of {bands or _UNKNOWN}" for bands in mixed),
        )  # fmt: skip
    return fresh
