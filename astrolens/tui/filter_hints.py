"""What could stand at the cursor of the filter line, and what is wrong with what stands there."""

from collections.abc import Sequence
from dataclasses import dataclass

from astrolens.domain.filter import ChoiceField
from astrolens.domain.filter_text import FilterError, choices_of, number_keys, parse_filter, word_keys

_AFTER_WORDS = ":"
_AFTER_NUMBERS = ">"
_EXAMPLES = {
    "near": ("14h02m11s+35d41m,30", "210.55+35.68,2'"),
    "found": ("2d", "6h", "2026-11-20"),
    "p": ("1e-3",),
    "id": ("12,15",),
    "name": ('"NGC 52*"',),
    "note": ("*",),
    "tag": ("*",),
    "by": ("*",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What may take the place of the characters from ``start`` to ``end``; or only what is meant there."""

    start: int
    end: int
    options: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def hint_at(text: str, cursor: int, sources: Sequence[str]) -> Hint:
    """Options for the word around the cursor."""
    start = _word_start(text, cursor)
    typed = text[start:cursor]
    bare = typed.removeprefix("-")
    start += len(typed) - len(bare)
    signs = [place for place in (bare.find(sign) for sign in ":<>=") if place >= 0]
    if not signs:
        return Hint(start=start, end=cursor, options=_keys(bare.lower()))
    key = bare[: min(signs)].lower()
    value_start = max(bare.rfind(","), min(signs)) + 1
    if bare[value_start : value_start + 1] == "=":
        value_start += 1
    value = bare[value_start:].lower()
    allowed: Sequence[str] = ()
    if key in tuple(ChoiceField):
        allowed = choices_of(ChoiceField(key))
    elif key == "source":
        allowed = sources
    options = tuple(name for name in allowed if name.lower().startswith(value) and name.lower() != value)
    examples = () if value else _EXAMPLES.get(key, ("4",) if key in number_keys() else ())
    return Hint(start=start + value_start, end=cursor, options=options, examples=examples)


def mistake_in(text: str, cursor: int | None = None) -> FilterError | None:
    """What is wrong; nothing while the cursor is still in the word that it is about."""
    try:
        parse_filter(text)
    except FilterError as error:
        unfinished = cursor is not None and cursor == len(text) and error.end >= len(text.rstrip())
        return None if unfinished and not text.endswith(" ") else error
    return None


def completed(text: str, hint: Hint) -> tuple[str, int] | None:
    """The text with the first option in it, and where the cursor stands then."""
    if not hint.options:
        return None
    option = hint.options[0]
    ends = option.endswith((_AFTER_WORDS, _AFTER_NUMBERS))
    inserted = option if ends or text[hint.end : hint.end + 1] == " " else f"{option} "
    return text[: hint.start] + inserted + text[hint.end :], hint.start + len(inserted)


def _keys(typed: str) -> tuple[str, ...]:
    words = (f"{key}{_AFTER_WORDS}" for key in word_keys())
    numbers = (f"{key}{_AFTER_NUMBERS}" for key in ("sigma", "found", *number_keys()[1:]))
    found = [key for key in (*words, *numbers) if key.startswith(typed)]
    # The ones that most people want most of the time come first.
    first = ("sigma>", "source:", "label:", "catalogue:", "found>", "name:", "near:")
    return tuple(sorted(found, key=lambda key: first.index(key) if key in first else len(first)))


def _word_start(text: str, cursor: int) -> int:
    start, quoted = 0, False
    for place, mark in enumerate(text[:cursor]):
        if mark == '"':
            quoted = not quoted
        elif mark.isspace() and not quoted:
            start = place + 1
    return start
