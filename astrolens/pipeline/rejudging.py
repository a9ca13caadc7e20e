"""After a calibration: judge what was judged before, a batch at a time, and say once what changed."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from astrolens.detect.stage import Judge
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import Event, EventKind
from astrolens.domain.turnover import Turnover
from astrolens.pipeline.announce import Announcer
from astrolens.store.store import Store

log = logging.getLogger(__name__)

BATCH = 256
_FLAGGED = (Decision.ANOMALY, Decision.NEAR_MISS)
_FROM_THE_NEWEST = 2**62
_KEY = "rejudge/"
_MOST_NAMED = 100

JudgeAgain = Callable[[Judge, list[int]], Awaitable[Turnover]]
KnownFrom = Callable[[str], Awaitable[int]]


class Rejudging:
    """One pass a source over earlier pictures; it goes on after a kill where it was.

    Parameters
    ----------
    store : Store
        Keeps how far each pass is.
    announcer : Announcer
        Hears the result of a pass, as one event.
    judge_again : Callable
        Coroutine function that judges measured pictures, stores their verdicts, and says what changed.
    known_from : Callable
        Coroutine function: first picture that a source's calibration speaks for. What came before the source changed keeps
        its verdict: for the new calibration all of it would be odd.
    """

    def __init__(
        self, store: Store, announcer: Announcer, judge_again: JudgeAgain, known_from: KnownFrom
    ) -> None:
        self._store = store
        self._known_from = known_from
        self._announcer = announcer
        self._judge_again = judge_again

    async def flagged(self, source: str, judge: Judge, *, leave_out: frozenset[int]) -> Turnover:
        """Judge the anomalies and near misses of a source again, at once and all of them.

        Parameters
        ----------
        source : str
            Which one.
        judge : Judge
            Its new calibration.
        leave_out : frozenset of int
            Pictures that were judged by it already.

        Returns
        -------
        Turnover
            What changed.
        """
        ids = await self._store.run(self._store.verdicts.ids_with, source, _FLAGGED)
        first = await self._known_from(source)
        left = [number for number in ids if number >= first and number not in leave_out]
        table = Turnover()
        for start in range(0, len(left), BATCH):
            table = table.plus(await self._judge_again(judge, left[start : start + BATCH]))
        return table

    async def begin(
        self, source: str, judge: Judge, reason: str, so_far: Turnover, *, limit: int | None
    ) -> None:
        """Open a pass; an older one of the source ends with it.

        Parameters
        ----------
        source : str
            Which one.
        judge : Judge
            Its new calibration.
        reason : str
            Why it was calibrated.
        so_far : Turnover
            Pictures that were judged again already: the sample, and what was flagged.
        limit : int or None
            Most further pictures, the newest first; None for all.
        """
        row = {
            "state_id": judge.state.state_id,
            "reason": reason,
            "below": _FROM_THE_NEWEST,
            "left": limit,
            "table": so_far.facts(),
        }
        await self._store.run(self._store.state.put, _KEY + source, row)

    async def open_sources(self) -> list[str]:
        """Sources whose pass has not ended.

        Returns
        -------
        list of str
            By name.
        """
        names = await self._store.run(self._store.state.names, _KEY)
        rows = [(name, await self._store.run(self._store.state.get, name)) for name in names]
        return [name.removeprefix(_KEY) for name, row in rows if row]

    async def step(self, source: str, judge: Judge) -> bool:
        """Judge the next batch of a pass.

        Parameters
        ----------
        source : str
            One of `open_sources`.
        judge : Judge
            The calibration in force.

        Returns
        -------
        bool
            Whether more is left; when nothing is, the result was told.
        """
        row = await self._store.run(self._store.state.get, _KEY + source)
        if not row:
            return False
        if row["state_id"] != judge.state.state_id:  # cut short by a kill between a calibration and its pass
            row |= {"state_id": judge.state.state_id, "below": _FROM_THE_NEWEST}
        most = BATCH if row["left"] is None else min(BATCH, row["left"])
        ids = await self._store.run(
            self._store.verdicts.judged_otherwise,
            source,
            judge.state.model_id,
            judge.state.state_id,
            below=row["below"],
            limit=most,
        )
        first = await self._known_from(source)
        ids = [number for number in ids if number >= first]
        if not ids:
            await self._end(source, row)
            return False
        table = Turnover.restore(row["table"]).plus(await self._judge_again(judge, ids))
        left = None if row["left"] is None else row["left"] - len(ids)
        row |= {"below": ids[-1], "left": left, "table": table.facts()}
        await self._store.run(self._store.state.put, _KEY + source, row)
        return True

    async def _end(self, source: str, row: dict[str, Any]) -> None:
        table = Turnover.restore(row["table"])
        events = []
        if table.pictures:
            log.info("source %s: %d new among %d judged again", source, table.new, table.pictures)
            payload = {"source": source, "reason": row["reason"], "state_id": row["state_id"]} | told(table)
            events = [Event(kind=EventKind.REJUDGED, at=iso(utc_now()), payload=payload)]
        self._announcer.publish(
            await self._store.run(self._store.events.add_many, events, _KEY + source, None)
        )


def told(table: Turnover) -> dict[str, object]:
    """What an event says of a table.

    Parameters
    ----------
    table : Turnover
        Of pictures that were judged again.

    Returns
    -------
    dict
        ``pictures``, ``new``, ``new_ids`` (at most 100), ``gone`` and ``table``: old, new and count of each cell.
    """
    changes = table.changes()
    new_ids = [
        number
        for one in changes
        if one.new is Decision.ANOMALY and one.old is not Decision.ANOMALY
        for number in one.image_ids
    ]
    return {
        "pictures": table.pictures,
        "new": table.new,
        "new_ids": sorted(new_ids)[:_MOST_NAMED],
        "gone": table.gone,
        "table": [{"old": one.old.value, "new": one.new.value, "count": one.count} for one in changes],
    }
