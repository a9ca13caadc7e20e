"""The words of a filter to its tree: ``sigma>4 source:sdss -label:* found<2d name:"NGC 52*"``.

Clauses stand beside each other and must all hold; a minus sign before one turns it round; commas after a
colon separate values of which one is enough.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from astrolens.domain.analysis import Morphology
from astrolens.domain.detection import Decision
from astrolens.domain.filter import (
    ANYTHING,
    NOTHING,
    ChoiceField,
    ChoiceTerm,
    Clause,
    Comparison,
    Filter,
    IdTerm,
    NearTerm,
    NumberField,
    NumberTerm,
    ShapeTerm,
    Term,
    TextField,
    TextTerm,
)
from astrolens.domain.filter_values import age_or_moment, cone, finite, picture_number
from astrolens.domain.finding import CatalogState
from astrolens.domain.review import LabelValue
from astrolens.domain.text import clean

LONGEST = 500
MOST_CLAUSES = 24
MOST_VALUES = 40

_Value = TypeVar("_Value")
_KEY = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"<=|>=|[:<>=]")
_ALIASES = {"σ": "sigma", "catalog": "catalogue", "reviewer": "by", "p_value": "p", "image": "id"}
_TO_VALUE = {"any": ANYTHING, "-": NOTHING}


class FilterError(ValueError):
    """Words that are no filter, and where.

    Parameters
    ----------
    message : str
        What is wrong and what may stand there.
    start, end : int
        The part of the text that it is about; ``end`` is past its last character.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(f"{message} (at character {start + 1})")
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """One clause, not yet understood."""

    start: int
    end: int
    negated: bool
    key: str
    sign: str
    values: tuple[str, ...]
    quoted: bool
    value_start: int


def choices_of(field: ChoiceField) -> tuple[str, ...]:
    """Values that may follow the colon.

    Parameters
    ----------
    field : ChoiceField
        A field with a closed list.

    Returns
    -------
    tuple of str
        ``*`` stands for any of them.
    """
    if field is ChoiceField.DECISION:
        return (*(decision.value for decision in Decision), ANYTHING)
    if field is ChoiceField.LABEL:
        return (*(value.value for value in LabelValue), NOTHING, ANYTHING)
    return (*(state.value for state in CatalogState), ANYTHING)


def number_keys() -> tuple[str, ...]:
    """Keys that are followed by ``<``, ``<=``, ``=``, ``>=`` or ``>`` and a number.

    Returns
    -------
    tuple of str
        Those of the verdict first, then the shapes.
    """
    return (*(field.value for field in NumberField), *Morphology.number_names())


def word_keys() -> tuple[str, ...]:
    """Keys that are followed by a colon.

    Returns
    -------
    tuple of str
        All of them.
    """
    return (*(field.value for field in ChoiceField), *(field.value for field in TextField), "near", "id")


def parse_filter(text: str) -> Filter:
    """Read a filter.

    Parameters
    ----------
    text : str
        At most 500 characters.

    Returns
    -------
    Filter
        Its tree; an empty text gives a filter that lets everything through.

    Raises
    ------
    FilterError
        If it cannot be understood; it says where.
    """
    if len(text) > LONGEST:
        raise FilterError(f"the filter has {len(text)} characters; at most {LONGEST}", LONGEST, len(text))
    for place, mark in enumerate(text):
        if not mark.isprintable() and mark not in " \t":
            raise FilterError(f"{clean(repr(mark), 12)} cannot stand in a filter", place, place + 1)
    clauses: list[Clause] = []
    for word in _words(text):
        if len(clauses) == MOST_CLAUSES:
            raise FilterError(f"more than {MOST_CLAUSES} parts; leave some out", word.start, word.end)
        clauses.append(Clause(term=_term(word), negated=word.negated))
    return Filter(clauses=tuple(clauses))


def _words(text: str) -> Iterator[_Word]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        word = _word_at(text, place)
        yield word
        place = word.end


def _word_at(text: str, start: int) -> _Word:
    negated = text[start] == "-"
    key_start = start + negated
    key = _KEY.match(text, key_start)
    sign = _SIGN.match(text, key.end()) if key else None
    if key is None or sign is None:
        end = _blank_after(text, start)
        said = clean(text[start:end], 40)
        raise FilterError(
            f"'{said}' is no filter; write for example name:{said.strip('-') or 'NGC'}, source:sdss or sigma>4",
            start,
            end,
        )
    values, end, quoted = _values_at(text, sign.end())
    name = key[0].lower()
    return _Word(
        start=start,
        end=end,
        negated=negated,
        key=_ALIASES.get(name, name),
        sign=sign[0],
        values=values,
        quoted=quoted,
        value_start=sign.end(),
    )


def _blank_after(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place


def _values_at(text: str, start: int) -> tuple[tuple[str, ...], int, bool]:
    """Values up to the next blank outside quotes, where they end, and whether any was quoted."""
    values, value, place, quoted = [], "", start, False
    while place < len(text) and not text[place].isspace():
        mark = text[place]
        if mark == '"':
            close = text.find('"', place + 1)
            if close < 0:
                raise FilterError('a " is opened and never closed', place, len(text))
            value += text[place + 1 : close]
            place, quoted = close + 1, True
            continue
        if mark == ",":
            values.append(value)
            value = ""
        else:
            value += mark
        place += 1
    values.append(value)
    if len(values) > MOST_VALUES:
        raise FilterError(f"more than {MOST_VALUES} values; leave some out", start, place)
    return tuple(values), place, quoted


def _term(word: _Word) -> Term:
    numbers = number_keys()
    if word.key == "found" or word.key in numbers:
        if word.sign == ":":
            raise FilterError(
                f"after {word.key} comes <, <=, =, >= or >, for example {_example(word.key)}",
                word.value_start - 1,
                word.end,
            )
        return _compared(word)
    if word.key not in word_keys():
        known = ", ".join((*word_keys(), "found", *numbers))
        raise FilterError(
            f"'{clean(word.key, 40)}' cannot be filtered by; there are {known}", word.start, word.end
        )
    if word.sign != ":":
        raise FilterError(f"after {word.key} comes a colon", word.value_start - len(word.sign), word.end)
    values = word.values
    if any(not value.strip() for value in values):
        raise FilterError(f"after {word.key}: something is missing", word.value_start, word.end)
    if word.key == "near":
        return NearTerm(cone=_read(word, lambda: cone(values)))
    if word.key == "id":
        return IdTerm(ids=_read(word, lambda: tuple(picture_number(value) for value in values)))
    if word.key in tuple(ChoiceField):
        field = ChoiceField(word.key)
        return ChoiceTerm(field=field, values=tuple(_one_of(word, field, value) for value in values))
    return TextTerm(field=TextField(word.key), values=values)


def _example(key: str) -> str:
    return {"found": "found<2d", "p": "p<1e-3"}.get(key, f"{key}>3")


def _compared(word: _Word) -> Term:
    comparison, value = Comparison(word.sign), ",".join(word.values)
    if word.key == "found":
        return _read(word, lambda: age_or_moment(comparison, value))
    number = _read(word, lambda: finite(value, _example(word.key)))
    if word.key in tuple(NumberField):
        return NumberTerm(field=NumberField(word.key), comparison=comparison, value=number)
    return ShapeTerm(measure=word.key, comparison=comparison, value=number)


def _one_of(word: _Word, field: ChoiceField, value: str) -> str:
    """The value that a beginning stands for."""
    allowed = choices_of(field)
    said = _TO_VALUE.get(value.lower(), value.lower())
    matching = [said] if said in allowed else [name for name in allowed if name.startswith(said)]
    if len(matching) != 1:
        raise FilterError(
            f"'{clean(value, 40)}' is no {field.value}; one of {', '.join(allowed)}",
            word.value_start,
            word.end,
        )
    return matching[0]


def _read(word: _Word, read: Callable[[], _Value]) -> _Value:
    try:
        return read()
    except ValueError as error:
        raise FilterError(str(error), word.value_start, word.end) from None
