"""A filter as SQL: every fragment is written here, every value of a person is a parameter."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from struct import unpack_from

from astrolens.domain.analysis import Morphology
from astrolens.domain.clock import iso
from astrolens.domain.filter import (
    ANYTHING,
    NOTHING,
    AgeTerm,
    ChoiceField,
    ChoiceTerm,
    Comparison,
    Filter,
    IdTerm,
    MomentTerm,
    NearTerm,
    NumberField,
    NumberTerm,
    ShapeTerm,
    Term,
    TextField,
    TextTerm,
)
from astrolens.domain.sky import SkyPosition, separation_arcsec
from astrolens.store.sky import box_around

_MIRRORED = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.MORE: Comparison.LESS,
}
# A plus sign keeps SQLite from choosing the range of an index by this: the place in the list does that.
_NUMBERS = {
    NumberField.SIGMA: "+sigma",
    NumberField.P_VALUE: "(-oddness)",
    NumberField.INTEREST: "interest",
    NumberField.RA_DEG: "ra_deg",
    NumberField.DEC_DEG: "dec_deg",
    NumberField.AREA: "area",
}
_SHAPE = "measured((SELECT morphology FROM analyses WHERE analyses.image_id = images.id), ?)"
_PATTERNS = {
    TextField.SOURCE: "+source LIKE ? ESCAPE '!'",
    TextField.KEY: "key LIKE ? ESCAPE '!'",
    TextField.NAME: "(key LIKE ? ESCAPE '!' OR catalogue_words LIKE ? ESCAPE '!')",
    # The first half is quick and lets nothing by; the second is exact.
    TextField.DETECTOR: (
        "(why LIKE '%' || ? || '%' ESCAPE '!' AND EXISTS ("
        "SELECT 1 FROM json_each(why) WHERE json_extract(value, '$[0]') LIKE ? ESCAPE '!'))"
    ),
}
# What people said is little beside what was found: the list is then read from these pictures alone.
_SAID_BY_PEOPLE = {
    TextField.TAG: "SELECT image_id FROM remarks WHERE kind = 'tag' AND withdrawn_at IS NULL AND words LIKE ? ESCAPE '!'",
    TextField.NOTE: (
        "SELECT image_id FROM remarks WHERE kind = 'note' AND withdrawn_at IS NULL AND words LIKE ? ESCAPE '!' "
        "UNION SELECT image_id FROM labels WHERE note <> '' AND withdrawn_at IS NULL AND note LIKE ? ESCAPE '!'"
    ),
    TextField.REVIEWER: (
        "SELECT image_id FROM labels WHERE withdrawn_at IS NULL AND reviewer LIKE ? ESCAPE '!' "
        "UNION SELECT image_id FROM remarks WHERE withdrawn_at IS NULL AND reviewer LIKE ? ESCAPE '!'"
    ),
}
_PART_OF = frozenset({TextField.KEY, TextField.NAME, TextField.NOTE})
_IN_BOX = "SELECT image_id FROM sky WHERE x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ? AND z0 <= ? AND z1 >= ?"
_IN_AREA = (
    "SELECT id AS image_id FROM images INDEXED BY images_by_area "
    "WHERE decision IN ('anomaly', 'near_miss') AND area IS NOT NULL AND area = ?"
)
_WITHIN = "apart_arcsec(ra_deg, dec_deg, ?, ?) <= ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A filter as SQL.

    Attributes
    ----------
    sql : str
        A condition on a row of ``images``.
    chosen : str or None
        A query for the ``image_id`` that can pass at all, where there is a way to them that does not lead
        through the list.
    min_sigma : float
        No row below this passes.
    values : Mapping of str to object
        Parameters of both.
    """

    sql: str
    chosen: str | None
    min_sigma: float
    values: Mapping[str, object]


class _Parameters:
    """Values that are collected while SQL is put together."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def bind(self, fragment: str, *values: object) -> str:
        """The fragment with a named parameter for each question mark, in turn."""
        for value in values:
            name = f"f{len(self.values)}"
            self.values[name] = value
            fragment = fragment.replace("?", f":{name}", 1)
        return fragment


def condition_of(wanted: Filter, now: datetime) -> Condition:
    """Compile a filter.

    Parameters
    ----------
    wanted : Filter
        Clauses that must all hold; clauses about decisions are left to `Filter.decisions`.
    now : datetime
        What ages are counted from; aware.

    Returns
    -------
    Condition
        ``sql`` is "1" for an empty filter.
    """
    parameters = _Parameters()
    parts: list[str] = []
    chosen: str | None = None
    for clause in wanted.without_decisions().clauses:
        sql = _term(clause.term, parameters, now)
        parts.append(f"NOT ifnull({sql}, 0)" if clause.negated else sql)
        if chosen is None and not clause.negated:
            chosen = _few(clause.term, parameters)
    floors = [
        clause.term.value
        for clause in wanted.clauses
        if isinstance(clause.term, NumberTerm)
        and clause.term.field is NumberField.SIGMA
        and clause.term.comparison in (Comparison.MORE, Comparison.AT_LEAST)
        and not clause.negated
    ]
    return Condition(
        sql=" AND ".join(parts) or "1",
        chosen=chosen,
        min_sigma=max(floors, default=0.0),
        values=parameters.values,
    )


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the two functions that conditions use.

    Parameters
    ----------
    connection : sqlite3.Connection
        Any.
    """
    connection.create_function("measured", 2, _measured, deterministic=True)
    connection.create_function("apart_arcsec", 4, _apart_arcsec, deterministic=True)


def _measured(numbers: bytes | None, place: int) -> float | None:
    if numbers is None or len(numbers) < 8 * (place + 1):
        return None
    value: float = unpack_from("<d", numbers, 8 * place)[0]
    return value if isfinite(value) else None


def _apart_arcsec(
    ra_deg: float | None, dec_deg: float | None, other_ra_deg: float, other_dec_deg: float
) -> float | None:
    if ra_deg is None or dec_deg is None:
        return None
    here, there = (ra_deg, dec_deg), (other_ra_deg, other_dec_deg)
    one, other = (SkyPosition(ra_deg=ra % 360.0, dec_deg=dec) for ra, dec in (here, there))
    return separation_arcsec(one, other)


def _few(term: Term, parameters: _Parameters) -> str | None:
    """A way to the pictures that can pass the term."""
    if isinstance(term, IdTerm):
        numbers = ", ".join("?" for _ in term.ids)
        return parameters.bind(f"SELECT id AS image_id FROM images WHERE id IN ({numbers})", *term.ids)  # noqa: S608
    if (
        isinstance(term, NumberTerm)
        and term.field is NumberField.AREA
        and term.comparison is Comparison.EQUAL
    ):
        return parameters.bind(_IN_AREA, term.value)
    if isinstance(term, NearTerm):
        return parameters.bind(_IN_BOX, *box_around(term.cone))
    if isinstance(term, TextTerm) and term.field in _SAID_BY_PEOPLE:
        return _said(term, parameters)
    return None


def _said(term: TextTerm, parameters: _Parameters) -> str:
    fragment = _SAID_BY_PEOPLE[term.field]
    return " UNION ".join(
        parameters.bind(fragment, *[_pattern(term.field, value)] * fragment.count("?"))
        for value in term.values
    )


def _term(term: Term, parameters: _Parameters, now: datetime) -> str:
    if isinstance(term, NumberTerm):
        return parameters.bind(f"{_NUMBERS[term.field]} {term.comparison.value} ?", term.value)
    if isinstance(term, ShapeTerm):
        place = Morphology.number_names().index(term.measure)
        return parameters.bind(f"{_SHAPE} {term.comparison.value} ?", place, term.value)
    if isinstance(term, AgeTerm):
        since = iso(now - timedelta(seconds=term.seconds))
        return parameters.bind(f"+found_at {_MIRRORED[term.comparison].value} ?", since)
    if isinstance(term, MomentTerm):
        return parameters.bind(f"+found_at {term.comparison.value} ?", iso(term.at))
    if isinstance(term, IdTerm):
        return parameters.bind(f"images.id IN ({', '.join('?' for _ in term.ids)})", *term.ids)
    if isinstance(term, NearTerm):
        centre = term.cone.centre
        return parameters.bind(_WITHIN, centre.ra_deg, centre.dec_deg, term.cone.radius_arcsec)
    if isinstance(term, ChoiceTerm):
        return _either([_choice(term.field, value, parameters) for value in term.values])
    if term.field in _SAID_BY_PEOPLE:
        return f"images.id IN ({_said(term, parameters)})"
    return _either([_matching(term.field, value, parameters) for value in term.values])


def _matching(field: TextField, value: str, parameters: _Parameters) -> str:
    if field is TextField.SOURCE and ANYTHING not in value:
        return parameters.bind("+source = ?", value)
    fragment = _PATTERNS[field]
    return parameters.bind(fragment, *[_pattern(field, value)] * fragment.count("?"))


def _choice(field: ChoiceField, value: str, parameters: _Parameters) -> str:
    column = "label" if field is ChoiceField.LABEL else "catalogue"
    if value == NOTHING:
        return f"{column} IS NULL"
    if value == ANYTHING:
        return f"{column} IS NOT NULL"
    return parameters.bind(f"+{column} = ?", value)


def _either(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _pattern(field: TextField, value: str) -> str:
    """A LIKE pattern in which only the person's star means anything."""
    for mark in ("!", "%", "_"):
        value = value.replace(mark, f"!{mark}")
    value = value.replace(ANYTHING, "%")
    return f"%{value}%" if field in _PART_OF else value
