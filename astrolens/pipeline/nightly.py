"""The rules that look at a whole night or stream: which of the pictures inside the budget are flagged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from astrolens.config.settings import DetectSettings
from astrolens.detect.rules import Flagged, Lond, benjamini_hochberg, held_back
from astrolens.detect.threshold import NARROWEST, WIDEST
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.store.nights import NightPicture
from astrolens.store.store import Store

_STREAM = "fdr_online"
_AGAIN = " again"  # beside the night: pictures of earlier nights that were judged again in it
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
        says by which. As the night goes on, later pictures may release an earlier one or hold it back. Of pictures that
        are judged again, one that was flagged stays flagged and one that was held back stays held back, as long as it
        lies inside the budget; one that comes inside it only now has to pass the rules of tonight.

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
        before = {number: self._store.verdicts.get(number) for number, _ in judged if number not in fresh}
        entering = [
            (number, one)
            for number, one in judged
            if number not in fresh and not _was_inside(before.get(number))
        ]
        self._remember(night, [(number, one) for number, one in judged if number in fresh], settings)
        self._remember_again(night, entering, judged, settings)
        new = dict(judged)
        held, earlier = self._held(night, new, settings)
        may_change = fresh.union(number for number, _ in entering)
        out = []
        for number, verdict in judged:
            by, known = held.get(number, ""), before.get(number)
            if number not in may_change and not by and known is not None:
                by = known.held_by
            out.append((number, held_as(verdict, by)))
        for number, known in earlier.items():
            changed = held_as(known, held[number])
            if changed is not known:
                out.append((number, changed))
        return out

    def _remember(self, night: str, fresh: Sequence[tuple[int, Verdict]], settings: DetectSettings) -> None:
        """Count tonight's pictures, and let the stream's rule look at each once, in order."""
        kept = self._store.state.get(_STREAM, {"tested": 0, "found": 0})
        stream = Lond(tested=kept["tested"], found=kept["found"])
        odd = []
        for number, verdict in fresh:
            passed = True
            if settings.fdr_online is not None:
                passed, stream = stream.test(verdict.p_value, settings.fdr_online)
            if verdict.p_value <= _keep_below(settings):
                odd.append(NightPicture(image_id=number, p_value=verdict.p_value, online=passed))
        self._store.nights.add(night, len(fresh), odd)
        if settings.fdr_online is not None:
            self._store.state.put(_STREAM, {"tested": stream.tested, "found": stream.found})

    def _remember_again(
        self,
        night: str,
        entering: Sequence[tuple[int, Verdict]],
        judged: Sequence[tuple[int, Verdict]],
        settings: DetectSettings,
    ) -> None:
        """Count what is judged again and might be flagged for the first time; what left the budget gives up its place.

        It is a family of its own for the rule of Benjamini & Hochberg: twenty thousand old pictures should not make
        tonight's own findings doubtful. The stream's rule has looked at each already, and does not look again.
        """
        entered = {number for number, _ in entering}
        for family in (night, night + _AGAIN):
            listed = {one.image_id: one for one in self._store.nights.odd(family)}
            gone = [
                replace(listed[number], p_value=verdict.p_value)
                for number, verdict in judged
                if number in listed and number not in entered and verdict.decision is not Decision.ANOMALY
            ]
            if gone:
                self._store.nights.add(family, 0, gone)
        odd = [
            NightPicture(image_id=number, p_value=verdict.p_value, online=settings.fdr_online is None)
            for number, verdict in entering
            if verdict.p_value <= _keep_below(settings)
        ]
        if entering:
            self._store.nights.add(night + _AGAIN, len(entering), odd)

    def _held(
        self, night: str, new: Mapping[int, Verdict], settings: DetectSettings
    ) -> tuple[dict[int, str], dict[int, Verdict]]:
        """Which rule holds back which picture inside its source's threshold, and the earlier ones among them."""
        most = (
            settings.budget_per_1000 / 1000.0 * WIDEST / NARROWEST
        )  # that another source's threshold can be
        earlier: dict[int, Verdict] = {}
        flagged = []
        for family in (night, night + _AGAIN):
            odd = self._store.nights.odd(family)
            limit = self._limit(family, odd, settings)
            for one in odd:
                verdict = new.get(one.image_id)
                if verdict is None and one.p_value <= most:
                    verdict = self._store.verdicts.get(one.image_id)
                    if _was_inside(verdict) and verdict is not None:
                        earlier[one.image_id] = verdict
                if _was_inside(verdict):
                    online = one.online or settings.fdr_online is None
                    by_night = one.p_value <= limit
                    flagged.append(
                        Flagged(image_id=one.image_id, p_value=one.p_value, online=online, by_night=by_night)
                    )
        return held_back(flagged, top=settings.top_per_night), earlier

    def _limit(self, family: str, odd: Sequence[NightPicture], settings: DetectSettings) -> float:
        if settings.fdr is None:
            return 1.0
        p_values = np.array([one.p_value for one in odd], np.float64)
        return benjamini_hochberg(p_values, tested=self._store.nights.judged(family), level=settings.fdr)


def _was_inside(verdict: Verdict | None) -> bool:
    """Whether the budget called it an anomaly, whatever the rules made of that."""
    return verdict is not None and (verdict.decision is Decision.ANOMALY or verdict.held_by != "")


def _keep_below(settings: DetectSettings) -> float:
    return max(settings.fdr or 0.0, settings.budget_per_1000 / 1000.0)


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
