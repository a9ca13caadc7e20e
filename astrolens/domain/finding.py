"""What the catalogues said, and the thing that a person reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from astrolens.domain.detection import Verdict
from astrolens.domain.sky import SkyPosition


class CatalogOutcome(StrEnum):
    """The three outcomes of one question to one catalogue."""

    MATCH = "match"
    NO_MATCH = "no_match"  # it searched and found nothing
    NOT_ANSWERED = "not_answered"


class CatalogState(StrEnum):
    """What all asked catalogues say together."""

    KNOWN = "known"
    UNKNOWN = "unknown"  # every required catalogue answered, none matched: potentially new
    NOT_ANSWERED = "not_answered"  # at least one required catalogue did not answer, none matched
    NO_POSITION = "no_position"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogMatch:
    """One catalogue object near a position.

    Attributes
    ----------
    catalogue, name, object_type : str
        Sanitised words.
    position : SkyPosition
        Of the catalogue object.
    separation_arcsec : float
        From the asked position.
    chance_probability : float
        Probability of such an object this near by coincidence, 1 - exp(-density pi r^2), in [0, 1].
    size_arcsec : float or None
        Semi-major axis, when the catalogue gives one.
    redshift : float or None
        When the catalogue gives one.
    references : int or None
        Papers that mention it.
    magnitude : float or None
        When the catalogue gives one; the band is the catalogue's own.
    explains : bool
        False for a bare detection in a survey: it was seen before, and nobody has said what it is.
    """

    catalogue: str
    name: str
    object_type: str
    position: SkyPosition
    separation_arcsec: float
    chance_probability: float
    size_arcsec: float | None = None
    redshift: float | None = None
    references: int | None = None
    magnitude: float | None = None
    explains: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogAnswer:
    """What one catalogue said about one position.

    Attributes
    ----------
    catalogue : str
        Which one.
    outcome : CatalogOutcome
        Match, no match, or not answered.
    matches : tuple of CatalogMatch
        Best first; empty unless the outcome is a match.
    reason : str
        Why it did not answer; else "".
    radius_arcsec : float
        Search radius.
    asked_at : str
        ISO 8601 UTC.
    """

    catalogue: str
    outcome: CatalogOutcome
    matches: tuple[CatalogMatch, ...] = ()
    reason: str = ""
    radius_arcsec: float = 0.0
    asked_at: str = ""

    @property
    def makes_known(self) -> bool:
        """Whether it says what is there.

        Returns
        -------
        bool
            True for a match that is more than a bare detection in a survey.
        """
        if self.outcome is not CatalogOutcome.MATCH:
            return False
        return not self.matches or any(match.explains for match in self.matches)


def overall_state(
    answers: Iterable[CatalogAnswer], required: Iterable[str], has_position: bool
) -> CatalogState:
    """Put the answers of several catalogues together.

    Parameters
    ----------
    answers : iterable of CatalogAnswer
        The latest answer of each catalogue.
    required : iterable of str
        Catalogues that must all have answered before anything may be called unknown.
    has_position : bool
        False when the picture has no position.

    Returns
    -------
    CatalogState
        Known wins over everything: a match in a required catalogue, or one that says what the object is.
        Unknown needs an answer from every required catalogue, and at least one answer when none is required.
    """
    if not has_position:
        return CatalogState.NO_POSITION
    latest = {answer.catalogue: answer for answer in answers}
    must = frozenset(required)
    if any(
        answer.makes_known or (name in must and answer.outcome is CatalogOutcome.MATCH)
        for name, answer in latest.items()
    ):
        return CatalogState.KNOWN
    if not latest:
        return CatalogState.NOT_ASKED
    silent = {name for name, answer in latest.items() if answer.outcome is CatalogOutcome.NOT_ANSWERED}
    searched = latest.keys() - silent
    if searched and searched.issuperset(must):
        return CatalogState.UNKNOWN
    return CatalogState.NOT_ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A judged picture with what the catalogues said: what is told to a person.

    Attributes
    ----------
    image_id : int
        Its number in the store.
    source, key : str
        Where it came from.
    verdict : Verdict
        How odd it is.
    catalogue : CatalogState
        What the catalogues say together.
    answers : tuple of CatalogAnswer
        One for each catalogue that was asked.
    position : SkyPosition or None
        None when unknown.
    """

    image_id: int
    source: str
    key: str
    verdict: Verdict
    catalogue: CatalogState
    answers: tuple[CatalogAnswer, ...] = ()
    position: SkyPosition | None = None
