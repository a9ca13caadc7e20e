"""What is asked of a catalogue, what it replies, and the shape that every catalogue has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogAnswer, CatalogMatch
from astrolens.domain.sky import SkyPosition

CONTROL_RADIUS_ARCSEC = 60.0
"""Least radius of the surroundings in which the density of a catalogue is counted."""


class EpochUse(StrEnum):
    """How exactly the time of an exposure matters; the value formats it for the cache."""

    NONE = ""
    YEAR = "%Y"  # proper motion
    DAY = "%Y-%m-%d"  # what flares up and fades
    MINUTE = "%Y-%m-%dT%H:%M"  # what crosses the sky


class TooManyRows(Unavailable):
    """The answer was cut off; fewer places at once may bring it whole."""


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
        Aware UTC time of the exposure; None for co-adds.
    magnitude : float or None
        Brightness of what is seen there, when measured; a counterpart is about as bright.
    """

    position: SkyPosition
    radius_arcsec: float
    epoch: datetime | None = None
    magnitude: float | None = None

    @property
    def field_arcsec(self) -> float:
        """Radius of the surroundings that are searched as well.

        Returns
        -------
        float
            At least `CONTROL_RADIUS_ARCSEC`, and half as far again as a counterpart may lie.
        """
        return max(CONTROL_RADIUS_ARCSEC, 1.5 * self.radius_arcsec)

    def cell(self, epochs: EpochUse = EpochUse.MINUTE) -> str:
        """Name of the question in the cache.

        Parameters
        ----------
        epochs : EpochUse
            How exactly the catalogue minds the time.

        Returns
        -------
        str
            Position to 0.04 arcsec, radius, and what else changes the answer.
        """
        words = [
            f"{self.position.ra_deg:.5f}{self.position.dec_deg:+.5f}",
            f"{self.radius_arcsec:.1f}",
        ]
        if self.position.error_arcsec:
            words.append(f"e{self.position.error_arcsec:.1f}")
        if self.magnitude is not None:
            words.append(f"m{self.magnitude:.1f}")
        if self.epoch is not None and epochs:
            words.append(self.epoch.strftime(epochs.value))
        return "/".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a catalogue that could be reached says about one place.

    Attributes
    ----------
    matches : tuple of CatalogMatch
        Best first. Empty, with no reason, is a proof: it searched and found nothing.
    reason : str
        Why it can say nothing about this place, for example outside its footprint; else "".
    """

    matches: tuple[CatalogMatch, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the room has to know of a catalogue before it asks.

    Attributes
    ----------
    name : str
        Lower-case word for it in settings and answers.
    epochs : EpochUse
        How exactly it minds the time of an exposure.
    needs_epoch : bool
        It cannot be asked at all about a picture without one.
    per_second : float
        Most turns in a second that it bears; a turn may be two requests.
    most_at_once : int
        Places in one turn.
    parallel : int
        Turns at the same time.
    answer_days : float or None
        How long its answers last; None for as long as the settings say.
    offline : bool
        It lies in this installation and is asked first.
    server : str
        Address that other catalogues may share: their turns count together; "" for a server of its own.
    """

    name: str
    epochs: EpochUse = EpochUse.NONE
    needs_epoch: bool = False
    per_second: float = 1.0
    most_at_once: int = 1
    parallel: int = 1
    answer_days: float | None = None
    offline: bool = False
    server: str = ""


class Catalogue(Protocol):
    """A service that knows objects."""

    @property
    def traits(self) -> Traits:
        """Its name and manners.

        Returns
        -------
        Traits
            The same at all times.
        """
        ...

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Objects that explain what is seen at some places.

        Parameters
        ----------
        questions : sequence of Question
            From one to ``traits.most_at_once``.

        Returns
        -------
        sequence of Reply
            One for each question, in their order.

        Raises
        ------
        Unavailable
            When it did not answer, or not so that the answer can be believed.
        """
        ...


class CatalogCache(Protocol):
    """Where answers are remembered; plain calls that are made in a thread."""

    def cache_get_many(self, catalogue: str, cell_keys: Iterable[str]) -> dict[str, CatalogAnswer]:
        """Look up answers.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        cell_keys : iterable of str
            `Question.cell` of each.

        Returns
        -------
        dict of str to CatalogAnswer
            Those that are there; ``asked_at`` tells how old they are.
        """
        ...

    def cache_put_many(self, catalogue: str, answers: Iterable[tuple[str, CatalogAnswer]]) -> None:
        """Remember answers.

        Parameters
        ----------
        catalogue : str
            Who was asked.
        answers : iterable of (str, CatalogAnswer)
            `Question.cell` and answer: a match or a proven absence; what was not answered is never stored.
        """
        ...
