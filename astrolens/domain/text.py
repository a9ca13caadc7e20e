"""Words from strangers made safe for a terminal, a notification, a log or HTML."""

import unicodedata

_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COMBINING = frozenset({"Mn", "Me"})
_MOST_COMBINING = 2


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
        become a blank, and at most two combining marks stay on a character.
    """
    kept: list[str] = []
    combining = 0
    for character in unicodedata.normalize("NFC", str(words)[: limit * 4]):
        if character in "\t\n\r":
            kept.append(" ")
        elif (category := unicodedata.category(character)) in _REFUSED:
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif category in _COMBINING:
            combining += 1
            if combining > _MOST_COMBINING:
                continue
            kept.append(character)
        else:
            combining = 0
            kept.append(character)
        if len(kept) > limit:
            return "".join(kept[: limit - 1]) + "…"
    return "".join(kept)
