"""What a terminal is asked about itself, and what it says: read out of what people type, so that no answer is a key.

Nobody waits: an answer that comes late over a far line is read as one that comes at once.
See https://invisible-island.net/xterm/ctlseqs/ctlseqs.html and https://sw.kovidgoyal.net/kitty/graphics-protocol/.
"""

import re
from dataclasses import dataclass, replace

# A pixel of kitty's that is only looked at, the size of a cell and of the window, and who the terminal is: answers come
# in the order of the questions, and every terminal answers the last.
QUESTION_OF_CELL = "\x1b[16t"
QUESTIONS = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" + QUESTION_OF_CELL + "\x1b[14t\x1b[c"

_SIXEL = 4
_CELL, _WINDOW = 6, 4
_SMALLEST_CELL_PX, _LARGEST_CELL_PX = (3, 6), (100, 200)
_LONGEST = 512  # of an answer
_MOST_TICKS = 10  # that the rest of an answer may take

# Nothing that a person types looks like one of these.
_ANSWER = re.compile(
    r"\x1b\[\?(?P<attributes>[\d;]*)c"
    r"|\x1b\[[>=][\d;]*c"
    r"|\x1b\[(?P<kind>\d+)(?:;(?P<height>\d{1,5});(?P<width>\d{1,5}))?[\d;]*t"
    r"|\x1b_G(?P<kitty>[^\x1b]*)\x1b\\"
    r"|\x1b[P_][^\x1b]*\x1b\\"
)
_BEGUN = re.compile(r"\x1b(?:\[(?:[?>=][\d;]*|\d[\d;]*)?|[P_][^\x1b]*\x1b?)?\Z")  # also what may become a key
_NO_KEY = re.compile(r"\x1b(?:\[[?>=]|[P_].|\[[46];\d+;)", re.DOTALL)  # what can only become an answer
_OTHER_REPORT = re.compile(r"\x1b\[[?>=]?[\d;:]*[$A-Za-z~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known of a terminal so far."""

    complete: bool = False  # it said who it is, and has nothing more to say
    sixel: bool = False
    kitty: bool = False
    cell_px: tuple[int, int] | None = None  # width, height
    window_px: tuple[int, int] | None = None

    def cell(self, columns: int, rows: int) -> tuple[int, int] | None:
        """Size of a cell in pixels, from what it said of a cell, or of the whole window; None when it said neither."""
        if self.cell_px is not None:
            return self.cell_px
        if self.window_px is None or columns < 1 or rows < 1:
            return None
        return plausible_cell(self.window_px[0] // columns, self.window_px[1] // rows)


def plausible_cell(width: int, height: int) -> tuple[int, int] | None:
    """A size that a cell may have, else None."""
    wide = _SMALLEST_CELL_PX[0] <= width <= _LARGEST_CELL_PX[0]
    return (width, height) if wide and _SMALLEST_CELL_PX[1] <= height <= _LARGEST_CELL_PX[1] else None


class Ear:
    """Takes answers out of a stream of characters. Used by one thread."""

    def __init__(self) -> None:
        self.answers = Answers()
        self.expects = True  # halves of answers; whole ones are always taken out
        self._held = ""
        self._ticks = 0

    @property
    def holds(self) -> bool:
        """Whether something waits for its rest."""
        return bool(self._held)

    def hear(self, text: str) -> str:
        """What is left for the person's keys."""
        held, self._held = self._held, ""
        text = _ANSWER.sub(self._note, held + text)
        if held and text.startswith(held) and _NO_KEY.match(held) and not _OTHER_REPORT.match(text):
            begun = _BEGUN.match(text)
            text = text if begun and len(text) <= _LONGEST else text[len(held) :]  # it broke off
        if self.expects and not self.answers.complete and (begun := _BEGUN.search(text)) is not None:
            text, self._held = text[: begun.start()], text[begun.start() :][:_LONGEST]
        if not held or not self._held.startswith(held):
            self._ticks = 0
        return text

    def give_up(self) -> str:
        """Nothing came for a tick: what may have been a key. What can only be an answer waits on, and is then dropped."""
        self._ticks += 1
        no_key = _NO_KEY.match(self._held) is not None
        if no_key and self._ticks < _MOST_TICKS:
            return ""
        held, self._held = self._held, ""
        return "" if no_key else held

    def _note(self, found: re.Match[str]) -> str:
        said = self.answers
        if found["attributes"] is not None:
            numbers = [int(one) for one in found["attributes"].split(";") if one.isdecimal()]
            self.answers = replace(said, complete=True, sixel=said.sixel or _SIXEL in numbers[1:])
        elif found["kitty"] is not None:
            self.answers = replace(said, kitty=said.kitty or found["kitty"].endswith(";OK"))
        elif found["width"] is not None:
            size = int(found["width"]), int(found["height"])
            if int(found["kind"]) == _CELL:
                self.answers = replace(said, cell_px=plausible_cell(*size))
            elif int(found["kind"]) == _WINDOW and min(size) > 0:
                self.answers = replace(said, window_px=size)
        return ""
