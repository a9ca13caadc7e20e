"""The rules that look at a whole night or stream: which of the pictures inside the budget are flagged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from astrolens.config.settings import DetectSettings
from astrolens.detect.rules import Flagged, Lond, benjamini_hochberg, held_back
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.store.nights import NightPicture
from astrolens.store.store import Store

_STREAM = "fdr_online"
_NOON = timedelta(hours=12)


def night_of(moment: datetime) -> str:
    """Name of the night that a moment belongs to.

    Parameters
    ----------
    moment : datetime
        Aware.

    Returns
    -------
    str
        ISO date of its evening; nights run from noon to noon UTC.
    """
    return (moment.astimezone(UTC) - _NOON).date().isoformat()


class Nightly:
    """Applies the rules; it is called by one task at a time, and in worker threads only.

    Parameters
    ----------
    store : Store
        Keeps nights and the stream's numbers.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(
        self, judged: Sequence[tuple[int, Verdict]], fresh: frozenset[int], settings: DetectSettings
    ) -> list[tuple[int, Verdict]]:
        """Let the rules decide on new verdicts, and again on those of tonight that they concern.

        Every configured rule must agree before a picture is flagged; one that is held back becomes a near miss and
        says by which. As the night goes on, later pictures may release an earlier one or hold it back. A picture that
        is judged again, by a new calibration, stays held back if it was.

        Parameters
        ----------
        judged : sequence of (int, Verdict)
            Pictures in the order in which they came, decided by the budget.
        fresh : frozenset of int
            Those that are judged for the first time.
        settings : DetectSettings
            ``fdr``, ``fdr_online``, ``top_per_night``.

        Returns
        -------
        list of (int, Verdict)
            What to store: the given ones, and earlier ones of tonight whose decision changed.
        """
        if settings.fdr is None and settings.fdr_online is None and settings.top_per_night is None:
            return list(judged)
        night = night_of(utc_now())
        self._remember(night, [(number, one) for number, one in judged if number in fresh], settings)
        held = self._held(night, settings)
        new = dict(judged)
        out = []
        for number, verdict in judged:
            by = held.get(number, "")
            if number not in fresh and not by:
                before = self._store.verdicts.get(number)
                by = before.held_by if before is not None else ""
            out.append((number, held_as(verdict, by)))
        for number, by in held.items():
            if number in new:
                continue
            before = self._store.verdicts.get(number)
            if before is not None and (changed := held_as(before, by)) is not before:
                out.append((number, changed))
        return out

    def _remember(self, night: str, fresh: Sequence[tuple[int, Verdict]], settings: DetectSettings) -> None:
        """Count tonight's pictures, and let the stream's rule look at each once, in order."""
        keep_below = max(settings.fdr or 0.0, settings.budget_per_1000 / 1000.0)
        kept = self._store.state.get(_STREAM, {"tested": 0, "found": 0})
        stream = Lond(tested=kept["tested"], found=kept["found"])
        odd = []
        for number, verdict in fresh:
            passed = True
            if settings.fdr_online is not None:
                passed, stream = stream.test(verdict.p_value, settings.fdr_online)
            if verdict.p_value <= keep_below:
                odd.append(NightPicture(image_id=number, p_value=verdict.p_value, online=passed))
        self._store.nights.add(night, len(fresh), odd)
        if settings.fdr_online is not None:
            self._store.state.put(_STREAM, {"tested": stream.tested, "found": stream.found})

    def _held(self, night: str, settings: DetectSettings) -> dict[int, str]:
        odd = self._store.nights.odd(night)
        limit = None
        if settings.fdr is not None:
            p_values = np.array([one.p_value for one in odd], np.float64)
            limit = benjamini_hochberg(p_values, tested=self._store.nights.judged(night), level=settings.fdr)
        allowed = settings.budget_per_1000 / 1000.0
        flagged = [
            Flagged(image_id=one.image_id, p_value=one.p_value, online=one.online)
            for one in odd
            if one.p_value <= allowed
        ]
        return held_back(
            flagged, fdr_limit=limit, online=settings.fdr_online is not None, top=settings.top_per_night
        )


def held_as(verdict: Verdict, held_by: str) -> Verdict:
    """Hold a verdict back by a rule, or let it go.

    Parameters
    ----------
    verdict : Verdict
        Decided by the budget, perhaps held back already.
    held_by : str
        The rule; "" for none.

    Returns
    -------
    Verdict
        An anomaly that is held back is a near miss, one that is let go an anomaly; anything else stays.
    """
    if held_by and verdict.decision is Decision.ANOMALY:
        return replace(verdict, decision=Decision.NEAR_MISS, held_by=held_by)
    if not held_by and verdict.held_by:
        return replace(verdict, decision=Decision.ANOMALY, held_by="")
    return replace(verdict, held_by=held_by) if verdict.held_by != held_by and verdict.held_by else verdict
