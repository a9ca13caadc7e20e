"""Reads what a terminal would be sent, and names everything that is not Textual's own."""

import re
import unicodedata

from astrolens.tui.graphics.kitty import marks

_ESCAPE = "\x1b"
_NUMBER = r"(?:\d{1,3})"
_COLOUR = rf"[34]8;2;{_NUMBER};{_NUMBER};{_NUMBER}"
_STYLE = rf"(?:[0-79]|[34]9|{_COLOUR})"
# Modes: alternate screen, mouse, focus, paste, wrapping, synchronised output, resize reports, cursor.
_MODES = "1049|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048|25|7"
_PICTURE_CELL = "\U0010eeee"
_PICTURE_NUMBER = r"108(?:4[2-6])\d{3}"
_PICTURE = rf"(?:a=T,U=1,q=2,f=24,o=z,s=\d{{1,4}},v=\d{{1,4}},i={_PICTURE_NUMBER},c=\d{{1,3}},r=\d{{1,2}}|q=2),m=[01]"
_OURS = re.compile(
    rf"""\x1b\[(?:
        (?:{_STYLE}(?:;{_STYLE})*)?m         # style
      | (?P<row>\d+);(?P<column>\d+)H        # a place on the screen
      | \?(?:{_MODES})[hl]                   # a mode
      | \?(?:2026|2048|1016)\$p              # does the terminal know a mode?
      | [<>]\d*u                             # keys of the kitty protocol
      | \?u
      )|\x1b\[(?:1[46]t|c)                # how large is a cell, and what does the terminal know?
      |\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\
      |\x1b7\x1b\[\d{{1,3}};\d{{1,3}}H\x1bP0;1;0q["#!$\-0-9;?-~]*\x1b\\\x1b8  # pixels over a line of cells
      |\x1b\]22;[a-z-]{{1,20}}\x07         # shape of the pointer
      |\x1b_G(?:{_PICTURE});[A-Za-z0-9+/=]{{0,4096}}\x1b\\  # a picture in kitty's protocol, with a number of ours
      |\x1b_Ga=d,d=I,i={_PICTURE_NUMBER},q=2\x1b\\
      |\U0010eeee[{marks()}][{marks()}]     # a cell that stands for a part of it
    """,
    re.VERBOSE,
)
_MAY_CONTROL = frozenset("\r\n")
_BAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHOWN = 40


def strangers(content: bytes, *, rows: int, columns: int) -> list[str]:
    """Every piece of the stream that Textual does not write by itself."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"no UTF-8 at byte {error.start}: {content[error.start : error.start + 20]!r}"]
    found: list[str] = []
    place = 0
    while place < len(text):
        one = text[place]
        if one == _ESCAPE or (one == _PICTURE_CELL and _OURS.match(text, place)):
            ours = _OURS.match(text, place)
            inside = ours is not None and (
                ours["row"] is None or (int(ours["row"]) <= rows and int(ours["column"]) <= columns)
            )
            if ours is None or not inside:
                found.append(f"sequence {text[place : place + _SHOWN]!r}")
                place += 1
            else:
                place = ours.end()
            continue
        if one not in _MAY_CONTROL and not one.isascii() and unicodedata.category(one) in _BAD:
            found.append(f"character {one!r} in {text[max(0, place - 10) : place + 10]!r}")
        elif one not in _MAY_CONTROL and one.isascii() and not one.isprintable():
            found.append(f"control {one!r} in {text[max(0, place - 10) : place + 10]!r}")
        place += 1
    return found


def words_in(content: bytes) -> str:
    """What is left when every sequence of ours is taken out."""
    return _OURS.sub("", content.decode("utf-8", "replace"))
