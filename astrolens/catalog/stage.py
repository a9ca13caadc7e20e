"""The door of the room: whether anything is known at a position."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from astrolens.catalog.limits import ServiceGate
from astrolens.catalog.question import CatalogCache, Catalogue, Question
from astrolens.catalog.simbad import Simbad
from astrolens.config.settings import CatalogSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.sky import SkyPosition
from astrolens.domain.text import clean

log = logging.getLogger(__name__)

_LARGEST_RADIUS_ARCSEC = 60.0
_ERRORS_COVERED = 3.0


class CrossMatcher:
    """Asks every catalogue, and keeps "it knows nothing" apart from "it did not say".

    Parameters
    ----------
    settings : CatalogSettings
        Addresses and limits.
    cache : CatalogCache
        Remembers answers.
    catalogues : sequence of Catalogue, optional
        Whom to ask; SIMBAD when not given.
    now : Callable
        The clock: aware UTC.
    """

    def __init__(
        self,
        settings: CatalogSettings,
        cache: CatalogCache,
        *,
        catalogues: Sequence[Catalogue] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._now = now
        self._catalogues = tuple(catalogues) if catalogues is not None else (Simbad(settings),)
        self._gates = {
            one.name: ServiceGate(one.name, per_second=settings.requests_per_second)
            for one in self._catalogues
        }

    async def cross_match(
        self, position: SkyPosition, *, size_arcsec: float | None = None, epoch: datetime | None = None
    ) -> tuple[CatalogAnswer, ...]:
        """Ask what is known at a position; never raises because of a catalogue.

        Parameters
        ----------
        position : SkyPosition
            With its one-sigma error.
        size_arcsec : float, optional
            Half-light radius of the object there, in arcsec; NaN and None mean unknown.
        epoch : datetime, optional
            Aware UTC time of the exposure.

        Returns
        -------
        tuple of CatalogAnswer
            One for each catalogue.
        """
        question = Question(
            position=position, radius_arcsec=self.radius_arcsec(position, size_arcsec), epoch=epoch
        )
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(self._answer(one, question), name=f"ask {one.name}")
                for one in self._catalogues
            ]
        return tuple(task.result() for task in asked)

    def radius_arcsec(self, position: SkyPosition, size_arcsec: float | None) -> float:
        """How far from a position its counterpart may lie.

        Parameters
        ----------
        position : SkyPosition
            With its one-sigma error, of which three are covered.
        size_arcsec : float or None
            Half-light radius of the object; NaN and None mean unknown.

        Returns
        -------
        float
            In arcsec, at least ``radius_arcsec`` of the settings; size and error count up to 60.
        """
        size = size_arcsec if size_arcsec is not None and size_arcsec > 0 else 0.0
        wanted = min(_LARGEST_RADIUS_ARCSEC, max(_ERRORS_COVERED * position.error_arcsec, size))
        return max(self._settings.radius_arcsec, wanted)

    async def _answer(self, catalogue: Catalogue, question: Question) -> CatalogAnswer:
        if not catalogue.follows_time:
            question = Question(position=question.position, radius_arcsec=question.radius_arcsec)
        cell = question.cell()
        known = await asyncio.to_thread(self._cache.cache_get, catalogue.name, cell)
        if known is not None and self._is_fresh(known):
            return known
        answer = await self._ask(catalogue, question)
        if answer.outcome is not CatalogOutcome.NOT_ANSWERED:
            await asyncio.to_thread(self._cache.cache_put, catalogue.name, cell, answer)
        return answer

    async def _ask(self, catalogue: Catalogue, question: Question) -> CatalogAnswer:
        gate = self._gates[catalogue.name]
        try:
            await asyncio.sleep(gate.reserve())
        except Unavailable as error:
            return self._silence(catalogue, question, error)
        except asyncio.CancelledError:
            gate.given_up()
            raise
        try:
            matches = await catalogue.matches(question)
        except Unavailable as error:
            gate.failed(error.retry_after_s)
            log.info("%s did not answer: %s", catalogue.name, error)
            return self._silence(catalogue, question, error)
        except BaseException:
            gate.given_up()
            raise
        gate.succeeded()
        return CatalogAnswer(
            catalogue=catalogue.name,
            outcome=CatalogOutcome.MATCH if matches else CatalogOutcome.NO_MATCH,
            matches=matches,
            radius_arcsec=question.radius_arcsec,
            asked_at=iso(self._now()),
        )

    def _silence(self, catalogue: Catalogue, question: Question, error: Unavailable) -> CatalogAnswer:
        return CatalogAnswer(
            catalogue=catalogue.name,
            outcome=CatalogOutcome.NOT_ANSWERED,
            reason=clean(error, 200),
            radius_arcsec=question.radius_arcsec,
            asked_at=iso(self._now()),
        )

    def _is_fresh(self, answer: CatalogAnswer) -> bool:
        try:
            asked_at = datetime.fromisoformat(answer.asked_at)
        except ValueError:
            return False
        age = self._now() - asked_at
        return timedelta() <= age < timedelta(days=self._settings.cache_days)
