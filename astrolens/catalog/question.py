"""What is asked of a catalogue, and the shape that every catalogue has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from astrolens.domain.finding import CatalogAnswer, CatalogMatch
from astrolens.domain.sky import SkyPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A place on the sky about which a catalogue is asked.

    Attributes
    ----------
    position : SkyPosition
        Where.
    radius_arcsec : float
        How far away the centre of a point-like object may lie.
    epoch : datetime or None
        Aware UTC time of the exposure, for catalogues of what moves; None for co-adds.
    """

    position: SkyPosition
    radius_arcsec: float
    epoch: datetime | None = None

    def cell(self) -> str:
        """Name of the question in the cache.

        Returns
        -------
        str
            Position to 0.04 arcsec, radius, and the epoch to the minute.
        """
        place = f"{self.position.ra_deg:.5f}{self.position.dec_deg:+.5f}/{self.radius_arcsec:.1f}"
        return place if self.epoch is None else f"{place}/{self.epoch:%Y-%m-%dT%H:%M}"


class Catalogue(Protocol):
    """A service that knows objects."""

    @property
    def name(self) -> str:
        """Word for it in settings and answers.

        Returns
        -------
        str
            Lower case.
        """
        ...

    @property
    def follows_time(self) -> bool:
        """Whether the epoch of a question matters.

        Returns
        -------
        bool
            False for fixed objects; the epoch is then taken out of the question.
        """
        ...

    async def matches(self, question: Question) -> tuple[CatalogMatch, ...]:
        """Objects that explain what is seen there.

        Parameters
        ----------
        question : Question
            Where and how far.

        Returns
        -------
        tuple of CatalogMatch
            Best first. Empty is a proof: it searched and found nothing.

        Raises
        ------
        Unavailable
            When it did not answer, or not so that the answer can be believed.
        """
        ...


class CatalogCache(Protocol):
    """Where answers are remembered; plain calls that are made in a thread."""

    def cache_get(self, catalogue: str, cell_key: str) -> CatalogAnswer | None:
        """Look up an answer.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        cell_key : str
            `Question.cell`.

        Returns
        -------
        CatalogAnswer or None
            Its ``asked_at`` tells how old it is.
        """
        ...

    def cache_put(self, catalogue: str, cell_key: str, answer: CatalogAnswer) -> None:
        """Remember an answer.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        cell_key : str
            `Question.cell`.
        answer : CatalogAnswer
            A match or a proven absence; what was not answered is never stored.
        """
        ...
