"""What a person asks of the candidate list, as a typed tree: terms that must all hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import copysign

from astrolens.domain.clock import iso
from astrolens.domain.detection import Decision
from astrolens.domain.sky import Cone, SkyPosition

ANYTHING = "*"
NOTHING = "none"


class Comparison(StrEnum):
    """How a number or a time is compared."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


class NumberField(StrEnum):
    """Numbers of the verdict, the place and the label."""

    SIGMA = "sigma"
    P_VALUE = "p"
    INTEREST = "interest"
    RA_DEG = "ra"
    DEC_DEG = "dec"
    AREA = "area"  # a field of the sky map, 5 by 5 degrees


class TextField(StrEnum):
    """Words that are compared as patterns, in which ``*`` stands for anything."""

    SOURCE = "source"
    KEY = "key"
    NAME = "name"  # part of the key or of what the catalogues say
    TAG = "tag"
    NOTE = "note"
    REVIEWER = "by"
    DETECTOR = "why"


class ChoiceField(StrEnum):
    """Fields with a closed list of values."""

    DECISION = "decision"
    LABEL = "label"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTerm:
    """A number against a limit; a picture without the number does not pass.

    Attributes
    ----------
    field : NumberField
        Which number.
    comparison : Comparison
        How.
    value : float
        The limit; finite.
    """

    field: NumberField
    comparison: Comparison
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeTerm:
    """A measured shape against a limit.

    Attributes
    ----------
    measure : str
        One of `astrolens.domain.analysis.Morphology.number_names`.
    comparison : Comparison
        How.
    value : float
        The limit; finite. A picture of which it could not be measured does not pass.
    """

    measure: str
    comparison: Comparison
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTerm:
    """Any of some patterns.

    Attributes
    ----------
    field : TextField
        What is compared.
    values : tuple of str
        Patterns, at least one, none empty; ``*`` stands for anything.
    """

    field: TextField
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceTerm:
    """Any of some values of a closed list.

    Attributes
    ----------
    field : ChoiceField
        Which list.
    values : tuple of str
        At least one; ``*`` for any value, ``none`` for no label.
    """

    field: ChoiceField
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeTerm:
    """How long ago something was found.

    Attributes
    ----------
    comparison : Comparison
        Of the age: LESS is newer.
    seconds : float
        The age, above 0.
    """

    comparison: Comparison
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentTerm:
    """When something was found.

    Attributes
    ----------
    comparison : Comparison
        Of the time: MORE is later.
    at : datetime
        Aware, UTC.
    """

    comparison: Comparison
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTerm:
    """Where on the sky.

    Attributes
    ----------
    cone : Cone
        Its edge belongs to it.
    """

    cone: Cone


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTerm:
    """Pictures by their numbers.

    Attributes
    ----------
    ids : tuple of int
        At least one, each at least 1 and below 2**63.
    """

    ids: tuple[int, ...]


Term = NumberTerm | ShapeTerm | TextTerm | ChoiceTerm | AgeTerm | MomentTerm | NearTerm | IdTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One term, or that it does not hold.

    Attributes
    ----------
    term : Term
        What is asked.
    negated : bool
        True keeps exactly the pictures that the term would not.
    """

    term: Term
    negated: bool = False

    def words(self) -> str:
        """The clause as it is typed.

        Returns
        -------
        str
            With a minus sign when negated.
        """
        return f"{'-' if self.negated else ''}{_typed(self.term)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Clauses that must all hold; none lets everything through.

    Attributes
    ----------
    clauses : tuple of Clause
        In the order in which they were typed.
    """

    clauses: tuple[Clause, ...] = ()

    def words(self) -> str:
        """The filter as it could be typed.

        Returns
        -------
        str
            `astrolens.domain.filter_text.parse_filter` reads it back.
        """
        return " ".join(clause.words() for clause in self.clauses)

    def without_decisions(self) -> "Filter":
        """The filter without its clauses about decisions.

        Returns
        -------
        Filter
            Every other clause.
        """
        return Filter(clauses=tuple(clause for clause in self.clauses if _decisions(clause.term) is None))

    def decisions(self, otherwise: tuple[Decision, ...]) -> tuple[Decision, ...]:
        """Decisions that can pass.

        Parameters
        ----------
        otherwise : tuple of Decision
            Those that pass when no clause asks for a decision.

        Returns
        -------
        tuple of Decision
            In their declared order.
        """
        asked = [
            (clause.negated, named)
            for clause in self.clauses
            if (named := _decisions(clause.term)) is not None
        ]
        if not asked:
            return otherwise
        left = set(otherwise) if all(negated for negated, _named in asked) else set(Decision)
        for negated, named in asked:
            left = left - named if negated else left & named
        return tuple(decision for decision in Decision if decision in left)


def _decisions(term: Term) -> set[Decision] | None:
    """Decisions that a term asks for; None for a term about something else."""
    if not isinstance(term, ChoiceTerm) or term.field is not ChoiceField.DECISION:
        return None
    return {decision for decision in Decision if decision.value in term.values or ANYTHING in term.values}


def _typed(term: Term) -> str:
    """The term as it is typed."""
    match term:
        case NumberTerm():
            return f"{term.field}{term.comparison}{_plain(term.value)}"
        case ShapeTerm():
            return f"{term.measure}{term.comparison}{_plain(term.value)}"
        case TextTerm():
            return f"{term.field}:{','.join(_quoted(value) for value in term.values)}"
        case ChoiceTerm():
            return f"{term.field}:{','.join(term.values)}"
        case AgeTerm():
            return f"found{term.comparison}{_age(term.seconds)}"
        case MomentTerm():
            return f"found{term.comparison}{iso(term.at)}"
        case NearTerm():
            return f"near:{_place(term.cone.centre)},{_plain(term.cone.radius_arcsec)}"
        case IdTerm():
            return f"id:{','.join(str(one) for one in term.ids)}"


def _age(seconds: float) -> str:
    for unit, unit_s in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= unit_s and float(f"{seconds / unit_s:g}") * unit_s == seconds:
            return f"{seconds / unit_s:g}{unit}"
    return f"{_plain(seconds)}s"


def _place(position: SkyPosition) -> str:
    sign = "-" if copysign(1.0, position.dec_deg) < 0 else "+"
    return f"{_plain(position.ra_deg)}{sign}{_plain(abs(position.dec_deg))}"


def _quoted(value: str) -> str:
    """Quotes around what would end the value before its time."""
    return f'"{value}"' if any(mark.isspace() or mark == "," for mark in value) else value


def _plain(value: float) -> str:
    """Short where that says all of it."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
