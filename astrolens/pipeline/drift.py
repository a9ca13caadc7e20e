"""The watch on drift of every source, kept so that it survives a restart."""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.drift import ALARM, Drift, DriftWord
from astrolens.detect.stage import Judge
from astrolens.domain.errors import BadData
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_ACTIONS = {
    "tell": "verdicts go on with the old calibration; when the change is meant to stay, astrolens calibrate",
    "recalibrate": "calibrated anew as soon as there are enough pictures from after the change",
}


def drift_key(source: str) -> str:
    """Where the watch on a source is kept in the state table.

    Parameters
    ----------
    source : str
        Which one.

    Returns
    -------
    str
        Its value has ``word``: none, suspected or alarm.
    """
    return f"drift/{source}"


def alarm_holds(store: Store, source: str, state_id: str) -> bool:
    """Whether a source changed since it was calibrated; blocks on the store.

    Then no calibration is made by itself on pictures of both kinds: it would take the change for granted and end the alarm.

    Parameters
    ----------
    store : Store
        Keeps the watch.
    source : str
        Which one.
    state_id : str
        The calibration in force.

    Returns
    -------
    bool
        False for a calibration that is not watched yet.
    """
    kept = store.state.get(drift_key(source), {})
    return bool(kept.get("word") == DriftWord.ALARM.value and kept.get("state_id") == state_id)


class DriftWatch:
    """Looks at arrivals of all sources.

    Parameters
    ----------
    store : Store
        Keeps what was seen.
    announcer : Announcer
        Hears of an alarm.
    model_id : str
        The encoder in use.
    """

    def __init__(self, store: Store, announcer: Announcer, model_id: str) -> None:
        self._store = store
        self._announcer = announcer
        self._model_id = model_id
        self._watches: dict[str, Drift] = {}

    async def arrived(self, source: str, judge: Judge, cells: NDArray[np.int64], on_drift: str) -> int:
        """Look at newly judged pictures, in the order in which they came.

        Parameters
        ----------
        source : str
            Where they come from.
        judge : Judge
            The calibration that judged them.
        cells : ndarray of int64, shape (n, folds, views)
            From `Judge.judge_and_place`.
        on_drift : str
            The setting: tell or recalibrate.

        Returns
        -------
        int
            Pictures since the alarm, which was told when it was raised; 0 without one.
        """
        before = await self._of(source, judge)
        after = before.watch(cells)
        await self._store.run(self._store.state.put, drift_key(source), after.facts())
        self._watches[source] = after
        if after.word is DriftWord.ALARM and before.word is not DriftWord.ALARM:
            await self._tell(source, after, on_drift)
        return 0 if after.alarmed_at is None else after.seen - after.alarmed_at

    async def leave_behind(self, source: str, since: int) -> None:
        """Let nothing from before a change into a calibration any more.

        Parameters
        ----------
        source : str
            Which one.
        since : int
            Pictures since the alarm.
        """
        seen = await self._store.run(self._store.analyses.count, source, self._model_id)
        first = await self._store.run(self._store.images.newest_measured, source, self._model_id, since)
        left = {"model_id": self._model_id, "pictures": seen - since, "first": first}
        await self._store.run(self._store.state.put, f"left_behind/{source}", left)

    async def follow_order(self, source: str, judge: Judge | None, fewest: int) -> None:
        """Leave what was before an alarm behind, when a person orders a calibration and enough came since.

        Parameters
        ----------
        source : str
            Which one.
        judge : Judge or None
            The calibration in force; None: there is nothing to leave.
        fewest : int
            With fewer pictures since the alarm, all of them calibrate.
        """
        since = await self._since(source, judge)
        if since >= fewest:
            await self.leave_behind(source, since)

    async def reach(self, source: str, judge: Judge | None, fewest: int) -> tuple[int, int]:
        """What a calibration would rest on that a person orders now; nothing is changed.

        Parameters
        ----------
        source : str
            Which one.
        judge : Judge or None
            The calibration in force.
        fewest : int
            As for `follow_order`.

        Returns
        -------
        tuple of (int, int)
            As `usable` and `known_from` say after `follow_order`.
        """
        since = await self._since(source, judge)
        if since < fewest:
            return await self.usable(source), await self.known_from(source)
        first = await self._store.run(self._store.images.newest_measured, source, self._model_id, since)
        return since, first

    async def _since(self, source: str, judge: Judge | None) -> int:
        """Pictures since an alarm that holds."""
        drift = None if judge is None else await self._of(source, judge)
        return 0 if drift is None or drift.alarmed_at is None else drift.seen - drift.alarmed_at

    async def usable(self, source: str) -> int:
        """Count the measured pictures that may calibrate.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        int
            Those since it last changed; all when it never did.
        """
        seen = await self._store.run(self._store.analyses.count, source, self._model_id)
        return int(seen - (await self._left(source)).get("pictures", 0))

    async def known_from(self, source: str) -> int:
        """First picture that a calibration of a source speaks for.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        int
            The first one after its last change; 0 when it never changed, or nothing was left behind.
        """
        return int((await self._left(source)).get("first", 0))

    async def _left(self, source: str) -> dict[str, Any]:
        left = dict(await self._store.run(self._store.state.get, f"left_behind/{source}", {}))
        return left if left.get("model_id") == self._model_id else {}

    async def _of(self, source: str, judge: Judge) -> Drift:
        known = self._watches.get(source)
        if known is None:
            kept = await self._store.run(self._store.state.get, drift_key(source))
            if kept is not None:
                try:
                    known = Drift.restore(kept)
                except BadData as error:
                    log.warning("source %s: %s", source, error)
        if known is None or known.state_id != judge.state.state_id:
            known = Drift.start(judge.state.state_id, judge.sample_cells())
        return known

    async def _tell(self, source: str, drift: Drift, on_drift: str) -> None:
        reason = f"pictures differ from those it was calibrated on: {drift.direction}"
        log.warning("source %s drifts: %s; %s", source, reason, _ACTIONS[on_drift])
        await self._announcer.tell(
            EventKind.DRIFT,
            payload={
                "source": source,
                "reason": reason,
                "direction": drift.direction,
                "evidence": drift.evidence,
                "alarm_at": ALARM,
                "pictures": drift.seen,
                "state_id": drift.state_id,
                "action": _ACTIONS[on_drift],
            },
        )
