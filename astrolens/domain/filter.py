"""What a person asks of the candidate list, as a typed tree: terms that must all hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import copysign

from astrolens.domain.clock import iso
from astrolens.domain.detection import Decision
from astrolens.domain.sky import Cone

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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"{self.field}{self.comparison}{_plain(self.value)}"


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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"{self.measure}{self.comparison}{_plain(self.value)}"


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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"{self.field}:{','.join(_quoted(value) for value in self.values)}"


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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"{self.field}:{','.join(self.values)}"


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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        for unit, seconds in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
            if self.seconds >= seconds and float(f"{self.seconds / seconds:g}") * seconds == self.seconds:
                return f"found{self.comparison}{self.seconds / seconds:g}{unit}"
        return f"found{self.comparison}{_plain(self.seconds)}s"


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

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"found{self.comparison}{iso(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTerm:
    """Where on the sky.

    Attributes
    ----------
    cone : Cone
        Its edge belongs to it.
    """

    cone: Cone

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        centre = self.cone.centre
        sign = "-" if copysign(1.0, centre.dec_deg) < 0 else "+"
        place = f"{_plain(centre.ra_deg)}{sign}{_plain(abs(centre.dec_deg))}"
        return f"near:{place},{_plain(self.cone.radius_arcsec)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTerm:
    """Pictures by their numbers.

    Attributes
    ----------
    ids : tuple of int
        At least one, each at least 1 and below 2**63.
    """

    ids: tuple[int, ...]

    def words(self) -> str:
        """The term as it is typed.

        Returns
        -------
        str
            Without a sign for "not".
        """
        return f"id:{','.join(str(one) for one in self.ids)}"


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
        return f"{'-' if self.negated else ''}{self.term.words()}"


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
        kept = (
            clause
            for clause in self.clauses
            if not (isinstance(clause.term, ChoiceTerm) and clause.term.field is ChoiceField.DECISION)
        )
        return Filter(clauses=tuple(kept))

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
            (clause.negated, set(clause.term.values))
            for clause in self.clauses
            if isinstance(clause.term, ChoiceTerm) and clause.term.field is ChoiceField.DECISION
        ]
        if not asked:
            return otherwise
        left = set(Decision) if any(not negated for negated, _values in asked) else set(otherwise)
        for negated, values in asked:
            named = {decision for decision in Decision if decision.value in values or ANYTHING in values}
            left = left - named if negated else left & named
        return tuple(decision for decision in Decision if decision in left)


def _quoted(value: str) -> str:
    """Quotes around what would end the value before its time."""
    return f'"{value}"' if any(mark.isspace() or mark == "," for mark in value) else value


def _plain(value: float) -> str:
    """Short where that says all of it."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
