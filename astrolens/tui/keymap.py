"""Names for every key binding, so that ``[keys]`` of the configuration can give it another key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType
from textual.keys import REPLACED_KEYS, Keys

from astrolens.domain.text import clean

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "meta", "super", "hyper"})
_CHARACTERS = {
    "?": "question_mark", "/": "slash", ":": "colon", ",": "comma", ".": "full_stop", "+": "plus", "-": "minus",
    "=": "equals_sign", "<": "less_than_sign", ">": "greater_than_sign", "[": "left_square_bracket",
    "]": "right_square_bracket", "{": "left_curly_bracket", "}": "right_curly_bracket", "!": "exclamation_mark",
    '"': "quotation_mark", "#": "number_sign", "$": "dollar_sign", "%": "percent_sign", "&": "ampersand",
    "'": "apostrophe", "(": "left_parenthesis", ")": "right_parenthesis", "*": "asterisk", ";": "semicolon",
    "@": "at", "\\": "backslash", "^": "circumflex_accent", "_": "underscore", "`": "grave_accent",
    "|": "vertical_line", "~": "tilde", " ": "space",
}  # fmt: skip
_ARGUMENTS = re.compile(r"[^0-9a-z+-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGroup:
    """The keys of one screen."""

    title: str
    bindings: tuple[Binding, ...]
    view: str = ""  # the view that it is, if it is one
    over: str = ""  # the view on which ``opened_by`` opens it
    opened_by: str = ""


def keyed(screen: str, bindings: Sequence[BindingType]) -> list[BindingType]:
    """The same bindings, each with a name such as ``candidates.anomaly``."""
    return [
        replace(binding, id=f"{screen}.{_name_of(binding)}")
        if isinstance(binding, Binding) and binding.id is None
        else binding
        for binding in bindings
    ]


def _name_of(binding: Binding) -> str:
    words = binding.description or binding.action
    return _ARGUMENTS.sub("_", words).strip("_").lower()


def mistakes_in(keys: Mapping[str, str], groups: Sequence[KeyGroup]) -> list[str]:
    """One line for each name that is unknown, key that does not exist, and key with two meanings on a screen."""
    known = {binding.id for group in groups for binding in group.bindings if binding.id}
    wrong = []
    for name, typed in keys.items():
        said = f"keys.{clean(name, 60)}"
        if name not in known:
            near = sorted(known, key=lambda other: (_distance(other, name), other))[:3]
            wrong.append(f"{said}: there is no such action; the nearest are {', '.join(near)}")
            continue
        wrong += [
            f"{said}: got '{clean(key, 40)}', which is no key; write for example x, X, f5, ctrl+x or question_mark"
            for key in typed.split(",")
            if normal_key(key) is None
        ]
    return wrong or _conflicts(keys, groups)


def _conflicts(keys: Mapping[str, str], groups: Sequence[KeyGroup]) -> list[str]:
    everywhere = groups[0] if groups else KeyGroup(title="", bindings=())
    wrong: dict[str, None] = {}
    for group in groups:
        here = group.bindings if group is everywhere else (*group.bindings, *everywhere.bindings)
        taken: dict[str, str] = {}
        for binding in here:
            if not binding.id:
                continue
            for key in (keys.get(binding.id) or binding.key).split(","):
                name = normal_key(key) or key
                other = taken.setdefault(name, binding.id)
                if other != binding.id and (other in keys or binding.id in keys):
                    one, two = sorted((other, binding.id), key=lambda each: each not in keys)
                    wrong[f"keys.{one}: '{name}' is also the key of {two}; give one of them another"] = None
    return list(wrong)


def normal_key(typed: str) -> str | None:
    """The name that Textual has for a key; None when there is no such key."""
    if typed == ",":
        return "comma"
    said = typed.strip()
    if said == "+" or said.endswith("++"):
        said = f"{said[:-1]}plus"
    *modifiers, key = said.split("+")
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    key = _CHARACTERS.get(key, key)
    exists = (len(key) == 1 and key.isalnum()) or key in _named_keys()
    return "+".join([*modifiers, key]) if exists and key else None


def is_typed(key: str) -> bool:
    """Whether a key, by its name, is a character that a line to type in takes for itself."""
    return len(key) == 1 or key in _CHARACTERS.values()


def normal_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """What Textual wants of checked keys."""
    return {
        name: ",".join(normal_key(key) or key for key in typed.split(",")) for name, typed in keys.items()
    }


def _named_keys() -> frozenset[str]:
    named = {key.value for key in Keys if "+" not in key.value and not key.value.startswith("<")}
    return frozenset(named | set(_CHARACTERS.values()) | set(REPLACED_KEYS.values()))


def _distance(one: str, other: str) -> float:
    """How unlike two names are."""
    from difflib import SequenceMatcher

    return 1.0 - SequenceMatcher(None, one, other).ratio()
