"""The door of the room: whether anything is known at a position."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from astrolens.catalog.enquiry import Enquiry
from astrolens.catalog.question import CatalogCache, Catalogue, Question
from astrolens.catalog.roster import answerable, enquiries
from astrolens.config.settings import CatalogSettings
from astrolens.domain.clock import utc_now
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.sky import SkyPosition

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
        Whom to ask; those of the settings when not given.
    user_agent : str
        Who asks.
    now : Callable
        The clock: aware UTC.
    """

    def __init__(
        self,
        settings: CatalogSettings,
        cache: CatalogCache,
        *,
        catalogues: Sequence[Catalogue] | None = None,
        user_agent: str = "AstroLens",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._now = now
        most = settings.requests_per_second
        self._enquiries = (
            enquiries(settings, user_agent, now=now)
            if catalogues is None
            else tuple(Enquiry(one, most_per_second=most, now=now) for one in catalogues)
        )

    async def cross_match(
        self,
        position: SkyPosition,
        *,
        size_arcsec: float | None = None,
        epoch: datetime | None = None,
        magnitude: float | None = None,
        radius_arcsec: float | None = None,
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
        magnitude : float, optional
            Optical brightness of the object there.
        radius_arcsec : float, optional
            How far away its counterpart may lie, in place of what error and size say.

        Returns
        -------
        tuple of CatalogAnswer
            One for each catalogue that can be asked.
        """
        question = Question(
            position=position,
            radius_arcsec=radius_arcsec or self.radius_arcsec(position, size_arcsec),
            epoch=epoch,
            magnitude=magnitude,
        )
        return (await self.cross_match_many([question]))[0]

    async def cross_match_many(self, questions: Sequence[Question]) -> list[tuple[CatalogAnswer, ...]]:
        """Ask about many places in as few requests as each catalogue allows.

        Parameters
        ----------
        questions : sequence of Question
            Any number.

        Returns
        -------
        list of tuple of CatalogAnswer
            For each question one answer of each catalogue that can be asked, the offline ones first.
        """
        local = [one for one in self._enquiries if one.traits.offline]
        remote = [one for one in self._enquiries if not one.traits.offline]
        said = [await self._answers(one, questions) for one in local]
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(self._answers(one, questions), name=f"ask {one.traits.name}")
                for one in remote
            ]
        said += [task.result() for task in asked]
        return [tuple(answer for one in said if (answer := one[row])) for row in range(len(questions))]

    def end_rests(self) -> None:
        """Let every catalogue that rests after failures be tried at once: the network came back."""
        for one in self._enquiries:
            one.end_rest()

    def required(self, epoch: datetime | None) -> tuple[str, ...]:
        """Catalogues that must all have answered before anything may be called unknown.

        Parameters
        ----------
        epoch : datetime or None
            Time of the exposure; None for a co-add.

        Returns
        -------
        tuple of str
            Of the settings, without those that cannot be asked.
        """
        return answerable(self._settings.required, epoch)

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

    async def _answers(self, enquiry: Enquiry, questions: Sequence[Question]) -> list[CatalogAnswer | None]:
        """What one catalogue says, from the cache where it said so lately; None where it cannot be asked."""
        traits = enquiry.traits
        cells = {
            row: f"{question.cell(traits.epochs)}/p{self._settings.chance_limit:g}"
            for row, question in enumerate(questions)
            if question.epoch is not None or not traits.needs_epoch
        }
        held: dict[str, CatalogAnswer] = {}
        if not traits.offline:
            wanted = list(dict.fromkeys(cells.values()))
            cached = await asyncio.to_thread(self._cache.cache_get_many, traits.name, wanted)
            held = {
                cell: answer for cell, answer in cached.items() if self._is_fresh(answer, traits.answer_days)
            }
        missing: dict[str, Question] = {}
        for row, cell in cells.items():
            if cell not in held:
                missing.setdefault(cell, questions[row])
        if missing:
            new = dict(zip(missing, await enquiry.look_up_many(list(missing.values())), strict=True))
            held |= new
            kept = [
                (cell, answer)
                for cell, answer in new.items()
                if answer.outcome is not CatalogOutcome.NOT_ANSWERED
            ]
            if kept and not traits.offline:
                await asyncio.to_thread(self._cache.cache_put_many, traits.name, kept)
        return [held[cells[row]] if row in cells else None for row in range(len(questions))]

    def _is_fresh(self, answer: CatalogAnswer, answer_days: float | None) -> bool:
        try:
            asked_at = datetime.fromisoformat(answer.asked_at)
        except ValueError:
            return False
        days = self._settings.cache_days
        if answer_days is not None:
            days = min(days, answer_days)
        return timedelta() <= self._now() - asked_at < timedelta(days=days)
