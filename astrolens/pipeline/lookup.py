"""After the verdict: ask the catalogues about what is odd, finish the picture, tell a person."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import Event, EventKind
from astrolens.domain.finding import CatalogAnswer, CatalogState, Finding
from astrolens.domain.image import ImageState
from astrolens.domain.sky import SkyPosition
from astrolens.notify.rules import Told
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.asking import Asking
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.patience import patient
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_IDLE_S = 1.0
_BATCH = 256
_AT_ONCE = 4  # groups; what is judged while they wait becomes the next group
_GROUP = 64  # told together, so that no finding waits long for the slowest catalogue's turns
_LATER = "crossref.later"
_FLAGGED = (Decision.ANOMALY, Decision.NEAR_MISS)


class Teller(Protocol):
    """Whoever tells a person."""

    async def tell_together(self, findings: Sequence[Finding]) -> Sequence[Told]:
        """Tell about findings in as few words as possible; never raises, never takes long.

        Parameters
        ----------
        findings : sequence of Finding
            What was found, at least one.

        Returns
        -------
        sequence of Told
            What became of each. When one was shown, so was everything that was held before.
        """
        ...


class LookUp:
    """The stage from verdict to done.

    Parameters
    ----------
    store : Store
        Holds verdicts and answers.
    matcher : CrossMatcher
        Asks the catalogues.
    settings : CatalogSettings
        Which ones are required.
    teller : Teller
        Tells a person about anomalies.
    announcer : Announcer
        Writes events.
    """

    def __init__(
        self,
        store: Store,
        matcher: CrossMatcher,
        settings: CatalogSettings,
        teller: Teller,
        announcer: Announcer,
    ) -> None:
        self.name = "looked up"
        self.counts = StageCounts()
        self.finished = StageCounts()
        self.in_flight: set[int] = set()
        self.held: set[int] = set()  # findings that wait for a digest
        self._store = store
        self._matcher = matcher
        self._settings = settings
        self._teller = teller
        self._announcer = announcer
        self._wake = asyncio.Event()
        self._listing = asyncio.Lock()
        self._sweeping = asyncio.Lock()
        self._groups = 0
        self._catch_up_catalogues = False
        self._asking = Asking(store, matcher, settings, self.counts)

    @property
    def busy(self) -> bool:
        """Whether anything is in work.

        Returns
        -------
        bool
            True while catalogues are asked.
        """
        return bool(self.in_flight)

    def network_turned(self, online: bool) -> None:
        """Ask again at once about what was left open, when the network came back.

        Parameters
        ----------
        online : bool
            What it is now.
        """
        if online:
            self._matcher.end_rests()
            self._catch_up_catalogues = True
            self._wake.set()

    def wake(self) -> None:
        """Say that something may have been judged."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        self._wake = asyncio.Event()  # an event belongs to the loop that first waited for it
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                if self._catch_up_catalogues:
                    self._catch_up_catalogues = False
                    sweep = partial(patient, self.sweep, self.name, otherwise=0)
                    group.create_task(sweep(), name="sweep after an outage")
                if await patient(partial(self._take, group), self.name, otherwise=False):
                    continue
                try:
                    async with asyncio.timeout(_IDLE_S):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def _take(self, group: asyncio.TaskGroup) -> bool:
        """Finish ordinary pictures in bulk; start a task for the odd ones that came together."""
        records = await self._store.run(
            self._store.images.next_in, ImageState.JUDGED, _BATCH, exclude=frozenset(self.in_flight)
        )
        ordinary = [record for record in records if record.decision not in _FLAGGED]
        odd = [record for record in records if record.decision in _FLAGGED]
        if ordinary:
            ids = {record.image_id for record in ordinary}
            self.in_flight |= ids  # until their events are told, too
            try:
                await self._finish(ordinary)
            finally:
                self.in_flight -= ids
        odd = odd[:_GROUP]
        if odd and self._groups < _AT_ONCE:
            self._groups += 1
            self.in_flight |= {record.image_id for record in odd}
            group.create_task(self._look_up(odd), name=f"look up {len(odd)} from {odd[0].image_id}")
        if not records and not self.in_flight:
            await self._catch_up()
        return bool(ordinary) and len(records) == _BATCH

    async def _finish(self, records: Sequence[ImageRecord]) -> list[int]:
        """Say that pictures are done, and publish their events; those of them that are findings."""
        ids = [record.image_id for record in records]
        events = await self._store.run(self._store.announcements.finish, ids)
        self.finished.finished(sum(event.kind is EventKind.IMAGE_DONE for event in events))
        self._announcer.publish(events)
        return [event.image_id for event in events if event.kind is EventKind.FINDING and event.image_id]

    async def _catch_up(self) -> None:
        """Tell of findings among pictures that were done before: a calibration found them, or a kill came between."""
        ids = await self._store.run(self._store.announcements.due, _BATCH, exclude=self.held)
        if not ids:
            return
        self.in_flight |= set(ids)
        try:
            findings = []
            for image_id in ids:
                record = await self._store.run(self._store.images.get, image_id)
                if record is None:
                    continue
                answers = await self._store.run(self._store.crossref.get, image_id)
                state = record.catalogue
                if state is CatalogState.NOT_ASKED:  # it was ordinary until now
                    answers, state = await self.ask(record)
                await self._finish([record])
                if (finding := await self._finding(record, answers, state)) is not None:
                    findings.append(finding)
            if findings:
                await self._tell(findings)
        finally:
            self.in_flight -= set(ids)

    async def _tell(self, findings: Sequence[Finding]) -> None:
        """Tell a person; what is held for a digest stays on the list, so that a restart holds it again."""
        told = await self._teller.tell_together(findings)
        outcomes = dict(zip((finding.image_id for finding in findings), told, strict=True))
        held = {image_id for image_id, one in outcomes.items() if one in (Told.HELD, Told.FAILED)}
        self.held |= held
        await self._store.run(self._store.announcements.told, outcomes.keys() - held)
        if Told.SHOWN in told:
            await self.digest_shown()

    async def digest_shown(self) -> None:
        """Strike off what was held: a digest told of it."""
        held, self.held = self.held, set()
        await self._store.run(self._store.announcements.told, held)

    async def _look_up(self, records: Sequence[ImageRecord]) -> None:
        try:
            await patient(partial(self._look_up_all, records), self.name, otherwise=None)
        finally:
            self._groups -= 1
            self.in_flight -= {record.image_id for record in records}
            self._wake.set()

    async def _look_up_all(self, records: Sequence[ImageRecord]) -> None:
        outcomes = await self._asking.ask_many(records)
        found = set(await self._finish(records))
        findings = [
            finding
            for record, (answers, state) in zip(records, outcomes, strict=True)
            if record.image_id in found
            and (finding := await self._finding(record, answers, state)) is not None
        ]
        if findings:
            await self._tell(findings)

    async def ask(self, record: ImageRecord) -> tuple[tuple[CatalogAnswer, ...], CatalogState]:
        """Ask every configured catalogue about one picture and store what they say.

        Parameters
        ----------
        record : ImageRecord
            The picture.

        Returns
        -------
        tuple of CatalogAnswer and CatalogState
            The answers, and what they say together.
        """
        return (await self._asking.ask_many([record]))[0]

    async def ask_at(
        self, position: SkyPosition, radius_arcsec: float | None = None, epoch: datetime | None = None
    ) -> tuple[CatalogAnswer, ...]:
        """Ask every configured catalogue about a position of the person's own.

        Parameters
        ----------
        position : SkyPosition
            Where.
        radius_arcsec : float, optional
            How far away a counterpart may lie; the configured radius when not given.
        epoch : datetime, optional
            Aware time of an exposure; without it, catalogues of what moves are not asked.

        Returns
        -------
        tuple of CatalogAnswer
            One for each catalogue that can be asked.
        """
        return await self._matcher.cross_match(position, radius_arcsec=radius_arcsec, epoch=epoch)

    async def ask_later(self, image_ids: Sequence[int]) -> int:
        """Put pictures on the list of the next sweep; the list survives a restart.

        Parameters
        ----------
        image_ids : Sequence of int
            Pictures that exist.

        Returns
        -------
        int
            How many were not on it yet.
        """
        async with self._listing:
            listed = await self._later()
            new = [image_id for image_id in dict.fromkeys(image_ids) if image_id not in set(listed)]
            await self._store.run(self._store.state.put, _LATER, [*listed, *new])
            return len(new)

    async def sweep(self, limit: int = 1000) -> int:
        """Ask again about findings that a catalogue did not answer, as long as it answers.

        Parameters
        ----------
        limit : int
            Most pictures in one batch.

        Returns
        -------
        int
            How many have an answer from every required catalogue now.
        """
        answered = 0
        async with self._sweeping:
            while self._settings.enabled:
                asked_for = (await self._later())[:limit]
                unanswered = await self._store.run(self._store.crossref.unanswered, limit)
                wanted = list(dict.fromkeys([*asked_for, *unanswered]))[:limit]
                closed = await self._sweep_batch(wanted)
                answered += closed
                if not closed or closed < len(wanted) or len(wanted) < limit:
                    break
        return answered

    async def _sweep_batch(self, image_ids: Sequence[int]) -> int:
        """Ask about a batch; how many were answered."""
        found = await self._store.run(lambda: [self._store.images.get(image_id) for image_id in image_ids])
        records = [record for record in found if record is not None and record.position is not None]
        outcomes = await self._asking.ask_many(records)
        silent = [
            record.image_id
            for record, (_, state) in zip(records, outcomes, strict=True)
            if state is CatalogState.NOT_ANSWERED
        ]
        await self._forget(image_ids, again=silent)
        now = iso(utc_now())
        events = [
            Event(
                kind=EventKind.CROSS_MATCHED,
                at=now,
                image_id=record.image_id,
                payload={"catalogue": state.value},
            )
            for record, (_, state) in zip(records, outcomes, strict=True)
            if state is not CatalogState.NOT_ANSWERED
        ]
        if events:
            await self._announcer.tell_all(events)
        return len(events)

    async def _later(self) -> list[int]:
        return list(await self._store.run(self._store.state.get, _LATER, []))

    async def _forget(self, image_ids: Sequence[int], *, again: Sequence[int] = ()) -> None:
        """Take pictures off the list, or put them at its end so that the others have their turn."""
        gone = set(image_ids)
        async with self._listing:
            listed = await self._later()
            left = [one for one in listed if one not in gone]
            left += [one for one in again if one in set(listed)]
            if left != listed:
                await self._store.run(self._store.state.put, _LATER, left)

    async def _finding(
        self, record: ImageRecord, answers: tuple[CatalogAnswer, ...], state: CatalogState
    ) -> Finding | None:
        verdict = await self._store.run(self._store.verdicts.get, record.image_id)
        if verdict is None:
            return None
        return Finding(
            image_id=record.image_id,
            source=record.source,
            key=record.key,
            verdict=verdict,
            catalogue=state,
            answers=answers,
            position=record.position,
        )
