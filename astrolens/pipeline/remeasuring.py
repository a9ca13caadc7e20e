"""After another encoder took over: measure stored pictures again, whenever nothing new wants to be measured."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.event import Event, EventKind
from astrolens.domain.turnover import Turnover
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.patience import patient
from astrolens.pipeline.rejudging import told
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_CHUNK = 16
_IDLE_S = 2.0
_REST_S = 60.0
_KEY = "remeasure"
_FROM_THE_NEWEST = 2**62

Measure = Callable[[ImageRecord], Awaitable[Analysis]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remeasured:
    """How far it is.

    Attributes
    ----------
    model_id : str
        The encoder in use.
    below : int
        Pictures with this number and above were looked at.
    measured, failed : int
        Pictures that were measured again, and that could not be.
    working : tuple of int
        Pictures in work; after a kill these are suspects.
    alone : bool
        Whether suspects are measured one by one.
    table : Turnover
        What became of verdicts.
    ended : bool
        Whether nothing is left.
    """

    model_id: str
    below: int = _FROM_THE_NEWEST
    measured: int = 0
    failed: int = 0
    working: tuple[int, ...] = ()
    alone: bool = False
    table: Turnover = field(default_factory=Turnover)
    ended: bool = False


class Remeasuring:
    """Works through pictures of former encoders, newest first; a kill at any moment loses at most one chunk's work.

    Parameters
    ----------
    store : Store
        Holds originals and analyses.
    model_id : str
        The encoder in use.
    measure : Callable
        Coroutine function that measures one stored picture.
    judging : Judging
        Judges what was measured again.
    announcer : Announcer
        Hears of the end.
    may_work : Callable
        Whether nothing new wants to be measured.
    """

    def __init__(
        self,
        store: Store,
        model_id: str,
        measure: Measure,
        judging: Judging,
        announcer: Announcer,
        may_work: Callable[[], bool],
    ) -> None:
        self._store = store
        self._model_id = model_id
        self._measure = measure
        self._judging = judging
        self._announcer = announcer
        self._may_work = may_work

    async def run(self) -> None:
        """Work until nothing is left."""
        start = partial(patient, self._start, "measuring again", otherwise=None)
        while (progress := await start()) is None:
            pass
        while not progress.ended:
            if not self._may_work():
                await asyncio.sleep(_IDLE_S)
                continue
            progress = await patient(partial(self._chunk, progress), "measuring again", otherwise=progress)

    async def _start(self) -> Remeasured:
        kept = await self._store.run(self._store.state.get, _KEY, {})
        if kept.get("model_id") != self._model_id:
            return await self._keep(Remeasured(model_id=self._model_id))
        progress = _restore(kept)
        if progress.ended:
            return progress
        # What was measured before a kill may not have been judged.
        for source in await self._store.run(self._store.former.sources):
            await self._judging.order_rejudging(source, "measured by another encoder")
        if not progress.working:
            return progress
        return await self._suspects(progress)

    async def _suspects(self, progress: Remeasured) -> Remeasured:
        """Measure what was in work at a kill one by one; what was alone in work then is left out."""
        suspects = list(progress.working)
        if progress.alone:
            log.warning("image %d was in work as the process died twice; it is left out", suspects[0])
            failed = progress.failed + 1
            return await self._keep(
                replace(progress, working=(), alone=False, failed=failed, below=suspects[0])
            )
        for number in suspects:
            progress = await self._measure_these(replace(progress, alone=True), [number])
        return await self._keep(replace(progress, alone=False))

    async def _chunk(self, progress: Remeasured) -> Remeasured:
        ids = await self._store.run(
            self._store.former.to_measure, self._model_id, below=progress.below, limit=_CHUNK
        )
        return await self._measure_these(progress, ids) if ids else await self._end(progress)

    async def _measure_these(self, progress: Remeasured, ids: list[int]) -> Remeasured:
        progress = await self._keep(replace(progress, working=tuple(ids)))
        sources: dict[str, list[int]] = {}
        try:
            for number in ids:
                record = await self._store.run(self._store.images.get, number)
                if record is not None and await self._measure_one(record):
                    sources.setdefault(record.source, []).append(number)
        except asyncio.CancelledError:  # an orderly stop makes no suspects
            async with asyncio.timeout(1.0):
                await asyncio.shield(self._keep(replace(progress, working=(), alone=False)))
            raise
        table = progress.table
        for source, measured in sources.items():
            table = table.plus(await self._judging.judge_measured_again(source, measured))
        done = sum(len(measured) for measured in sources.values())
        failed = progress.failed + len(ids) - done
        measured_now = progress.measured + done
        return await self._keep(
            replace(progress, working=(), below=min(ids), measured=measured_now, failed=failed, table=table)
        )

    async def _measure_one(self, record: ImageRecord) -> bool:
        while True:
            try:
                analysis = await self._measure(record)
                break
            except BadData as error:
                log.warning("image %d cannot be measured again: %s", record.image_id, error)
                return False
            except (Unavailable, TimeoutError) as error:
                log.info("measuring again rests %.0f s: %s", _REST_S, error)
                await asyncio.sleep(_REST_S)
        await self._store.run(self._store.analyses.replace, record.image_id, analysis)
        return True

    async def _end(self, progress: Remeasured) -> Remeasured:
        gone = await self._store.run(self._store.former.beyond_reach, self._model_id)
        ended = replace(progress, ended=True)
        events = []
        if progress.measured or progress.failed or gone:
            log.info("measured again: %d; without original: %d", progress.measured, gone)
            payload = {"model_id": self._model_id, "measured": progress.measured, "failed": progress.failed}
            payload |= {"gone": gone, "reason": _reason(progress, gone), "verdicts": told(progress.table)}
            events = [Event(kind=EventKind.REMEASURED, at=iso(utc_now()), payload=payload)]
        stored = await self._store.run(self._store.events.add_many, events, _KEY, _facts(ended))
        self._announcer.publish(stored)
        return ended

    async def _keep(self, progress: Remeasured) -> Remeasured:
        await self._store.run(self._store.state.put, _KEY, _facts(progress))
        return progress


def _reason(progress: Remeasured, gone: int) -> str:
    words = f"{progress.measured} pictures of a former model were measured again"
    if gone:
        words += f"; of {gone} the original is no longer kept, their verdicts stay those of the former model"
    return words


def _facts(progress: Remeasured) -> dict[str, Any]:
    return {
        "model_id": progress.model_id,
        "below": progress.below,
        "measured": progress.measured,
        "failed": progress.failed,
        "working": list(progress.working),
        "alone": progress.alone,
        "table": progress.table.facts(),
        "ended": progress.ended,
    }


def _restore(facts: dict[str, Any]) -> Remeasured:
    return Remeasured(
        **facts | {"working": tuple(facts["working"]), "table": Turnover.restore(facts["table"])}
    )
