"""Asking one catalogue: in its own time, as much at once as it bears, and with one of three outcomes."""

import asyncio
import logging
from collections.abc import Callable, MutableMapping, Sequence
from datetime import datetime

from astrolens.catalog.limits import Door, ServiceGate
from astrolens.catalog.question import Catalogue, Question, Reply, TooManyRows, Traits
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.text import clean

log = logging.getLogger(__name__)

_HALVINGS = 4


class Enquiry:
    """One catalogue behind its gate; a question to it always comes back with an answer.

    Parameters
    ----------
    catalogue : Catalogue
        Whom to ask.
    most_per_second : float
        Turns in a second, unless the catalogue bears fewer.
    now : Callable
        The clock: aware UTC.
    doors : MutableMapping of str to Door, optional
        Of the servers that several catalogues share; that of this one's server is added when it is not there.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        most_per_second: float = 2.0,
        now: Callable[[], datetime] = utc_now,
        doors: MutableMapping[str, Door] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._now = now
        traits = catalogue.traits
        self._door = Door(min(most_per_second, traits.per_second), traits.parallel)
        if doors is not None and traits.server:
            self._door = doors.setdefault(traits.server, self._door)
        self._gate = None if traits.offline else ServiceGate(traits.name, self._door)

    @property
    def traits(self) -> Traits:
        """Name and manners of the catalogue.

        Returns
        -------
        Traits
            The same at all times.
        """
        return self._catalogue.traits

    def end_rest(self) -> None:
        """Let the next question through as a probe, if the catalogue rests after failures."""
        if self._gate is not None:
            self._gate.end_rest()

    async def look_up(self, question: Question) -> CatalogAnswer:
        """Ask about one place; never raises because of the catalogue.

        Parameters
        ----------
        question : Question
            Where, how far, and when.

        Returns
        -------
        CatalogAnswer
            Match, no match, or not answered with the reason.
        """
        return (await self.look_up_many([question]))[0]

    async def look_up_many(self, questions: Sequence[Question]) -> list[CatalogAnswer]:
        """Ask about many places, in as few requests as the catalogue allows.

        Parameters
        ----------
        questions : sequence of Question
            Any number.

        Returns
        -------
        list of CatalogAnswer
            One for each, in their order.
        """
        answers: dict[int, CatalogAnswer] = {}
        for rows in _turns(questions, self.traits):
            answers |= zip(rows, await self._part([questions[row] for row in rows]), strict=True)
        return [answers[row] for row in range(len(questions))]

    async def _part(self, questions: Sequence[Question], halvings: int = _HALVINGS) -> list[CatalogAnswer]:
        """Ask once; an answer that was cut off is asked for again in halves."""
        try:
            replies = await self._turn(questions)
        except TooManyRows as error:
            if len(questions) > 1 and halvings:
                half = len(questions) // 2
                first = await self._part(questions[:half], halvings - 1)
                return [*first, *await self._part(questions[half:], halvings - 1)]
            return [self._answer(question, Reply(reason=str(error))) for question in questions]
        except Unavailable as error:
            return [self._answer(question, Reply(reason=str(error))) for question in questions]
        return [self._answer(question, reply) for question, reply in zip(questions, replies, strict=True)]

    async def _turn(self, questions: Sequence[Question]) -> Sequence[Reply]:
        if self._gate is None:
            return await self._catalogue.search(questions)
        async with self._door.lanes:
            return await self._remote(self._gate, questions)

    async def _remote(self, gate: ServiceGate, questions: Sequence[Question]) -> Sequence[Reply]:
        wait_s = gate.reserve()
        try:
            await asyncio.sleep(wait_s)
            replies = await self._catalogue.search(questions)
        except TooManyRows:
            gate.succeeded()
            raise
        except Unavailable as error:
            gate.failed(error.retry_after_s)
            log.info("%s did not answer: %s", self.traits.name, clean(error, 200))
            raise
        except BaseException:
            gate.given_up()
            raise
        gate.succeeded()
        return replies

    def _answer(self, question: Question, reply: Reply) -> CatalogAnswer:
        if reply.reason:
            outcome = CatalogOutcome.NOT_ANSWERED
        else:
            outcome = CatalogOutcome.MATCH if reply.matches else CatalogOutcome.NO_MATCH
        return CatalogAnswer(
            catalogue=self.traits.name,
            outcome=outcome,
            matches=() if reply.reason else reply.matches,
            reason=clean(reply.reason, 200),
            radius_arcsec=question.radius_arcsec,
            asked_at=iso(self._now()),
        )


def _turns(questions: Sequence[Question], traits: Traits) -> list[list[int]]:
    """Row numbers of what is asked together; what moves is asked for exposure by exposure."""
    groups: dict[str, list[int]] = {}
    for row, one in enumerate(questions):
        minute = one.epoch.strftime(traits.epochs.value) if traits.needs_epoch and one.epoch else ""
        groups.setdefault(minute, []).append(row)
    size = max(1, traits.most_at_once)
    return [rows[start : start + size] for rows in groups.values() for start in range(0, len(rows), size)]
