"""The watch on drift of every source, kept so that it survives a restart."""

import logging

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
    "tell": "verdicts go on with the old calibration; calibrate anew when the change is meant to stay",
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
        left = {"model_id": self._model_id, "pictures": seen - since}
        await self._store.run(self._store.state.put, f"left_behind/{source}", left)

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
        left = await self._store.run(self._store.state.get, f"left_behind/{source}", {})
        return int(seen - (left["pictures"] if left.get("model_id") == self._model_id else 0))

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
