"""After the verdict: ask the catalogues about what is odd, finish the picture, tell a person."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from math import isfinite, nan
from typing import Protocol

from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.event import Event, EventKind
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome, CatalogState, Finding
from astrolens.domain.image import ImageState
from astrolens.domain.sky import SkyPosition
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.patience import patient
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_IDLE_S = 1.0
_BATCH = 256
_AT_ONCE = 4
_LATER = "crossref.later"
_FLAGGED = (Decision.ANOMALY, Decision.NEAR_MISS)


class Teller(Protocol):
    """Whoever tells a person."""

    async def tell(self, finding: Finding) -> object:
        """Tell about one finding; never raises, never takes long.

        Parameters
        ----------
        finding : Finding
            What was found.

        Returns
        -------
        object
            What became of it.
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
        self._store = store
        self._matcher = matcher
        self._settings = settings
        self._teller = teller
        self._announcer = announcer
        self._wake = asyncio.Event()
        self._listing = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether anything is in work.

        Returns
        -------
        bool
            True while catalogues are asked.
        """
        return bool(self.in_flight)

    def wake(self) -> None:
        """Say that something may have been judged."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                if await patient(partial(self._take, group), self.name, otherwise=False):
                    continue
                try:
                    async with asyncio.timeout(_IDLE_S):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def _take(self, group: asyncio.TaskGroup) -> bool:
        """Finish ordinary pictures in bulk; start a task for each odd one while there is room."""
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
        for record in odd[: _AT_ONCE - len(self.in_flight)]:
            self.in_flight.add(record.image_id)
            group.create_task(self._look_up(record), name=f"look up {record.image_id}")
        return bool(ordinary) and len(records) == _BATCH

    async def _finish(self, records: Sequence[ImageRecord]) -> None:
        await self._store.run(self._store.images.done_many, [record.image_id for record in records])
        self.finished.finished(len(records))
        await self._announcer.tell_all([_done_event(record) for record in records])

    async def _look_up(self, record: ImageRecord) -> None:
        try:
            await patient(partial(self._look_up_one, record), self.name, otherwise=None)
        finally:
            self.in_flight.discard(record.image_id)
            self._wake.set()

    async def _look_up_one(self, record: ImageRecord) -> None:
        verdict = await self._store.run(self._store.verdicts.get, record.image_id)
        answers, state = await self.ask(record)
        await self._finish([record])
        if verdict is not None and verdict.decision is Decision.ANOMALY:
            await self._tell(record, verdict, answers, state)

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
        position = record.position
        if position is None or not self._settings.enabled:
            return (), await self._keep(record.image_id, ())
        analysis = await self._store.run(self._store.analyses.get, record.image_id)
        size_arcsec = analysis.morphology.half_light_radius_arcsec if analysis else nan
        answers = await self._matcher.cross_match(
            position,
            size_arcsec=size_arcsec if isfinite(size_arcsec) else None,
            epoch=record.offer.observed_at,
        )
        state = await self._keep(record.image_id, answers)
        self.counts.finished()
        if any(answer.outcome is CatalogOutcome.NOT_ANSWERED for answer in answers):
            self.counts.delayed += 1
        return answers, state

    async def _keep(self, image_id: int, answers: tuple[CatalogAnswer, ...]) -> CatalogState:
        return await self._store.run(
            self._store.crossref.put, image_id, answers, required=self._settings.required
        )

    async def ask_at(
        self, position: SkyPosition, radius_arcsec: float | None = None
    ) -> tuple[CatalogAnswer, ...]:
        """Ask every configured catalogue about a position of the person's own.

        Parameters
        ----------
        position : SkyPosition
            Where.
        radius_arcsec : float, optional
            Search radius; the configured one when not given.

        Returns
        -------
        tuple of CatalogAnswer
            One for each catalogue.
        """
        return await self._matcher.cross_match(position, size_arcsec=radius_arcsec)

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

    async def sweep(self, limit: int = 200) -> int:
        """Ask again about findings that a catalogue did not answer.

        Parameters
        ----------
        limit : int
            Most pictures in one sweep.

        Returns
        -------
        int
            How many have an answer from every required catalogue now.
        """
        if not self._settings.enabled:
            return 0
        answered = 0
        asked_for = (await self._later())[:limit]
        unanswered = await self._store.run(self._store.crossref.unanswered, limit)
        for image_id in dict.fromkeys([*asked_for, *unanswered]):
            record = await self._store.run(self._store.images.get, image_id)
            if record is None or record.position is None:
                await self._forget(image_id)
                continue
            _, state = await self.ask(record)
            await self._forget(image_id, again=state is CatalogState.NOT_ANSWERED)
            if state is CatalogState.NOT_ANSWERED:
                break
            answered += 1
            await self._announcer.tell(EventKind.CROSS_MATCHED, image_id, {"catalogue": state.value})
        return answered

    async def _later(self) -> list[int]:
        return list(await self._store.run(self._store.state.get, _LATER, []))

    async def _forget(self, image_id: int, *, again: bool = False) -> None:
        """Take a picture off the list, or put it at its end so that the others have their turn."""
        async with self._listing:
            listed = await self._later()
            if image_id in listed:
                left = [one for one in listed if one != image_id] + [image_id] * again
                await self._store.run(self._store.state.put, _LATER, left)

    async def _tell(
        self, record: ImageRecord, verdict: Verdict, answers: tuple[CatalogAnswer, ...], state: CatalogState
    ) -> None:
        finding = Finding(
            image_id=record.image_id,
            source=record.source,
            key=record.key,
            verdict=verdict,
            catalogue=state,
            answers=answers,
            position=record.position,
        )
        payload = {
            "source": record.source,
            "decision": verdict.decision.value,
            "sigma": verdict.sigma,
            "catalogue": state.value,
            "key": record.key,
        }
        await self._announcer.tell(EventKind.FINDING, record.image_id, payload)
        await self._teller.tell(finding)


def _done_event(record: ImageRecord) -> Event:
    payload = {"source": record.source, "decision": record.decision.value if record.decision else "normal"}
    return Event(kind=EventKind.IMAGE_DONE, at=iso(utc_now()), image_id=record.image_id, payload=payload)
