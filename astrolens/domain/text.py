"""Words from strangers made safe for a terminal, a notification, a log or HTML."""

import re
import unicodedata

_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COMBINING = frozenset({"Mn", "Me", "Mc"})
_MOST_COMBINING = 2
# Letters and signs that take no room of their own behind others, as marks do: Hangul vowels and final consonants,
# fillers, skin tones.
_LEANING = re.compile("[\u115f\u1160-\u11ff\u3164\ud7b0-\ud7ff\uffa0\U0001f3fb-\U0001f3ff]")
# Selectors change the width of what they follow, in some terminals only: the rest of the line would shift.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def clean(words: object, limit: int = 200) -> str:
    """One line that holds no control, format or private character.

    Parameters
    ----------
    words : object
        Anything; its ``str`` is used.
    limit : int
        Most characters that come back; a longer text ends in an ellipsis.

    Returns
    -------
    str
        NFC text of at most ``limit`` characters. Refused characters become U+FFFD, tabs and line ends
        become a blank, at most two combining marks stay on a character and none at the beginning, and
        variation selectors go.
    """
    text = str(words)[: limit * 4]
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    combining = 0
    for character in unicodedata.normalize("NFC", _SELECTORS.sub("", text)):
        if character in "\t\n\r":
            kept.append(" ")
        elif (category := unicodedata.category(character)) in _REFUSED:
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif category in _COMBINING or _LEANING.match(character):
            combining += 1
            if combining > _MOST_COMBINING or not kept:
                continue
            kept.append(character)
        else:
            combining = 0
            kept.append(character)
        if len(kept) > limit:
            return "".join(kept[: limit - 1]) + "…"
    return "".join(kept)
