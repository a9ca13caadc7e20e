"""Judge what is measured: one calibration per source, refitted as its sample grows."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from astrolens.config.settings import DetectSettings
from astrolens.detect.by_bands import load_judge
from astrolens.detect.stage import FEWEST_PICTURES, Judge
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.errors import BadData
from astrolens.domain.event import Event, EventKind
from astrolens.domain.turnover import TriedCalibration, Turnover
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.band_watch import BandWatch
from astrolens.pipeline.calibrating import fit_newest
from astrolens.pipeline.drift import DriftWatch
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.nightly import Nightly
from astrolens.pipeline.patience import patient
from astrolens.pipeline.rejudging import Rejudging
from astrolens.pipeline.sample_review import SampleReview
from astrolens.pipeline.source_framing import SourceFraming
from astrolens.pipeline.thresholds import Thresholds
from astrolens.pipeline.trial import judge_stored, try_calibration
from astrolens.pipeline.waiting import MOST_AT_ONCE, Waiting
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_IDLE_S = 1.0
_GROWTH = 2.0


class Judging:
    """The stage that turns analyses into verdicts.

    Parameters
    ----------
    store : Store
        Holds analyses, calibrations and verdicts.
    settings : DetectSettings
        Budget and calibration sizes.
    model_id : str
        The encoder in use; analyses of another one are not judged.
    announcer : Announcer
        Hears of every calibration.
    on_judged : Callable
        Wakes the stage behind.
    framing : SourceFraming, optional
        Finds out, before a source is calibrated for the first time, whether its pictures want another crop.
    """

    def __init__(
        self,
        store: Store,
        settings: DetectSettings,
        model_id: str,
        announcer: Announcer,
        on_judged: Callable[[], None] = lambda: None,
        framing: SourceFraming | None = None,
    ) -> None:
        self.name = "judged"
        self.counts = StageCounts()
        self.busy = False
        self._store = store
        self._settings = settings
        self._model_id = model_id
        self._announcer = announcer
        self._on_judged = on_judged
        self._drift = DriftWatch(store, announcer, model_id)
        self._bands = BandWatch(store)
        self._nightly = Nightly(store)
        self._thresholds = Thresholds(store, announcer)
        self._sample_review = SampleReview(store, model_id)
        self._waiting = Waiting(store, model_id)
        self._framing = framing
        self._rejudging = Rejudging(store, announcer, self._judge_these, self._drift.known_from)
        self._judges: dict[str, Judge] = {}
        self._wake = asyncio.Event()
        self._orders: dict[str, str] = {}
        self._unfinished = True
        self._turn = asyncio.Lock()

    @property
    def settled(self) -> bool:
        """Whether the last turn left nothing to do and nothing was measured since.

        Returns
        -------
        bool
            False while a turn runs.
        """
        return not (self.busy or self._wake.is_set() or self._orders or self._unfinished)

    def wake(self) -> None:
        """Say that something may have been measured."""
        self._wake.set()

    def order_calibration(self, source: str, reason: str) -> None:
        """Calibrate a source at the next turn, however much it has grown.

        Parameters
        ----------
        source : str
            Which one.
        reason : str
            Written into the event.
        """
        self._orders[source] = reason
        self._wake.set()

    def apply(self, settings: DetectSettings) -> None:
        """Use other settings from now on; a changed budget needs no new fit.

        Parameters
        ----------
        settings : DetectSettings
            After a reload.
        """
        self._settings = settings
        self._judges.clear()
        self._wake.set()

    async def run(self) -> None:
        """Judge until cancelled."""
        while True:
            self._wake.clear()
            if await patient(self.judge_waiting, self.name, otherwise=False):
                continue
            try:
                async with asyncio.timeout(_IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def judge_waiting(self) -> bool:
        """One turn over all sources.

        Returns
        -------
        bool
            Whether there may be more to do at once.
        """
        async with self._turn:
            self.busy = True
            try:
                more = False
                self._unfinished = True
                for source, reason in list(self._orders.items()):
                    del self._orders[source]
                    await self._drift.follow_order(source, await self.judge_of(source), self._wanted())
                    await self._calibrate(source, reason)
                waiting = await self._store.run(self._store.analyses.waiting_sources)
                for source in waiting:
                    more |= await self._judge_source(source)
                await self._follow_labels()
                for source, reason in await self._sample_review.due():
                    more |= await self._calibrate(source, reason, fewest=FEWEST_PICTURES)
                if not more:  # what is new comes first
                    more = await self._go_on_rejudging()
                self._unfinished = more
                return more
            finally:
                self.busy = False

    async def _judge_source(self, source: str) -> bool:
        judge = await self.judge_of(source)
        if judge is None:
            seen = await self._store.run(self._store.analyses.count, source, self._model_id)
            if seen < self._wanted():
                return False
            said = "" if self._framing is None else self._framing.said(source)
            return await self._calibrate(source, f"first {seen} pictures of this source{said}")
        mine = await self._waiting.of(source)
        if not mine:
            return False
        ids = sorted(mine)
        verdicts, cells = await asyncio.to_thread(judge.judge_and_place, [mine[number] for number in ids])
        await self._put(judge, list(zip(ids, verdicts, strict=True)), frozenset(ids))
        self.counts.finished(len(mine))
        since = await self._drift.arrived(source, judge, cells, self._settings.on_drift)
        if self._settings.on_drift == "recalibrate" and since >= self._wanted():
            await self._drift.leave_behind(source, since)
            await self._calibrate(source, f"it changed; {since} pictures came since")
        elif why := await self._bands.arrived(source, judge.state.state_id, mine.values(), self._wanted()):
            await self._calibrate(source, why)
        elif since == 0 and await self._has_grown(source, judge):
            await self._calibrate(source, "the sample of this source has doubled")
        return True

    async def _go_on_rejudging(self) -> bool:
        more = False
        for source in await self._rejudging.open_sources():
            judge = await self.judge_of(source)
            if judge is not None:
                more |= await self._rejudging.step(source, judge)
        return more

    async def _judge_these(self, judge: Judge, ids: Sequence[int]) -> Turnover:
        """Judge measured pictures again and store their verdicts."""
        return await self._put(judge, await judge_stored(self._store, judge, ids))

    async def judge_measured_again(self, source: str, ids: Sequence[int]) -> Turnover:
        """Judge pictures that the encoder in use has measured in place of a former one.

        Parameters
        ----------
        source : str
            Where they come from.
        ids : sequence of int
            The pictures.

        Returns
        -------
        Turnover
            What became of their verdicts; empty while the source has too few of them to be calibrated.
        """
        async with self._turn:
            self._waiting.measured_again(ids)
            self._wake.set()
            judge = await self.judge_of(source)
            if judge is not None:
                waiting = await self._store.run(self._store.verdicts.decisions, ids)
                return await self._judge_these(judge, [number for number in ids if number in waiting])
            seen = await self._store.run(self._store.analyses.count, source, self._model_id)
            if seen >= self._wanted():
                await self._calibrate(source, f"first {seen} pictures measured by another encoder")
            return Turnover()

    async def order_rejudging(self, source: str, reason: str) -> None:
        """Judge all pictures of a source again whose verdict is not of the calibration in force.

        Parameters
        ----------
        source : str
            Which one; nothing happens while it has no calibration.
        reason : str
            Written into the event.
        """
        async with self._turn:
            judge = await self.judge_of(source)
            if judge is not None:
                await self._rejudging.begin(source, judge, reason, Turnover(), limit=None)
                self._wake.set()

    async def try_calibration(self, source: str) -> TriedCalibration | None:
        """Say what a new calibration would change; nothing is changed.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        TriedCalibration or None
            None while it has too few pictures.
        """
        usable, first = await self._drift.reach(source, await self.judge_of(source), self._wanted())
        return await try_calibration(
            self._store,
            source,
            self._model_id,
            await self._in_force(source),
            usable=usable,
            known_from=first,
            fewest=self._wanted(),
        )

    async def _follow_labels(self) -> None:
        """Move thresholds where people's labels ask for it."""
        if not self._judges or not await self._thresholds.labels_changed():
            return
        for source, judge in list(self._judges.items()):
            if await self._thresholds.follow(source, self._settings):
                moved = self._judges[source] = judge.with_settings(await self._in_force(source))
                await self._decide_again(source, moved)
                await self._thresholds.followed(source, self._settings)

    async def _decide_again(self, source: str, judge: Judge) -> None:
        """Hold the p-values of anomalies and near misses against a threshold that moved."""
        ids = await self._store.run(
            self._store.verdicts.ids_with, source, (Decision.ANOMALY, Decision.NEAR_MISS)
        )
        found = [(number, await self._store.run(self._store.verdicts.get, number)) for number in ids]
        await self._put(
            judge, [(number, judge.decide_again(one)) for number, one in found if one is not None]
        )

    async def _in_force(self, source: str) -> DetectSettings:
        return await self._thresholds.settings_of(source, self._settings)

    def _wanted(self) -> int:
        return min(self._settings.calibration_images, self._settings.calibration_limit)

    async def judge_of(self, source: str) -> Judge | None:
        """The calibration in force for a source.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        Judge or None
            None while it is calibrating.
        """
        if source not in self._judges:
            state = await self._store.run(self._store.state.detector_state, source, self._model_id)
            if state is None:
                return None
            try:
                judge = await asyncio.to_thread(load_judge, state, self._settings)
            except BadData as error:
                log.warning("source %s is calibrated anew: %s", source, error)
                return None
            # the settings may have changed meanwhile
            self._judges[source] = judge.with_settings(await self._in_force(source))
        return self._judges[source]

    async def _has_grown(self, source: str, judge: Judge) -> bool:
        size = judge.state.calibrated
        return size < self._settings.calibration_limit and await self._drift.usable(source) >= _GROWTH * size

    async def _calibrate(self, source: str, reason: str, *, fewest: int | None = None) -> bool:
        """Fit on the newest sample, judge it and what was flagged again; False when it is too small."""
        fewest = self._wanted() if fewest is None else fewest
        if self._framing is not None and await self._framing.settle(source, fewest):
            return True
        made = await fit_newest(
            self._store,
            source,
            self._model_id,
            await self._in_force(source),
            usable=await self._drift.usable(source),
            fewest=fewest,
        )
        if made is None:
            log.info("source %s has too few pictures to calibrate: %s", source, reason)
            return False
        judge, ids = made.judge, made.ids
        most = 2 * len(ids) + MOST_AT_ONCE  # more may have been measured during the fit
        waiting = await self._store.run(self._store.analyses.waiting_for_verdict, source, most)
        fresh = frozenset(ids).intersection(waiting)
        first = await self._store.run(self._store.state.detector_state, source, self._model_id) is None
        table = await self._put(judge, made.judged(), fresh)
        # The verdicts first: after a crash in between, the source is still uncalibrated and does this again.
        bands = self._bands.calibrated(source, made)
        facts = made.facts(source, reason, self._settings.budget_per_1000)
        event = Event(kind=EventKind.CALIBRATED, at=iso(utc_now()), payload=facts)
        told = await self._store.run(self._store.calibrations.put, judge.state, bands, event)
        await self._sample_review.begin(source, made, looks=self._settings.sample_looks)
        self._judges[source] = judge = judge.with_settings(await self._in_force(source))
        self._announcer.publish([told])
        table = table.plus(await self._rejudging.flagged(source, judge, leave_out=frozenset(ids)))
        limit = None if first else self._settings.rejudge_images
        await self._rejudging.begin(source, judge, reason, table, limit=limit)
        self.counts.finished(len(fresh))
        log.info("source %s calibrated on %d pictures: %s", source, len(ids), reason)
        return True

    async def _put(
        self, judge: Judge, judged: Sequence[tuple[int, Verdict]], fresh: frozenset[int] = frozenset()
    ) -> Turnover:
        """Store verdicts, decided by every rule; what they changed."""
        old = await self._store.run(self._store.verdicts.decisions, [number for number, _ in judged])
        decided = await self._store.run(self._nightly.decide, judged, fresh, judge.settings)
        await self._store.run(self._store.verdicts.put_many, decided)
        self._on_judged()
        return Turnover.between(old, [(number, one.decision) for number, one in decided])

    async def judge_again(self, image_id: int) -> bool:
        """Judge one stored picture with the calibration in force.

        Parameters
        ----------
        image_id : int
            A measured picture.

        Returns
        -------
        bool
            False when it is not measured or its source is still calibrating.
        """
        record = await self._store.run(self._store.images.get, image_id)
        if record is None:
            return False
        judge = await self.judge_of(record.source)
        verdict = await self._store.run(self._store.verdicts.get, image_id)
        analysis = await self._store.run(self._store.analyses.get, image_id)
        if judge is None or analysis is None or analysis.model_id != self._model_id:
            return False
        if verdict is None or not (verdict.in_calibration and verdict.state_id == judge.state.state_id):
            await self._judge_these(judge, [image_id])
        return True
