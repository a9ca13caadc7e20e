"""A screen as it stands: characters, colours and weights of every cell, in a text form that can be compared and drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual.app import App

_HEAD = "astrolens screen 1"
_PIXELS = "▀▄█"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WEIGHTS = (
    ("b", "bold"),
    ("d", "dim"),
    ("i", "italic"),
    ("u", "underline"),
    ("r", "reverse"),
    ("s", "strike"),
)
# Pictures come through Pillow and numpy, whose last bit differs between versions and processors.
_PIXEL_STEP = 17

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and weights of a cell."""

    front: Rgb
    back: Rgb
    weights: str = ""

    def coarse(self) -> "Look":
        """In steps that survive another version of Pillow."""
        front, back = (
            tuple(round(part / _PIXEL_STEP) * _PIXEL_STEP for part in one) for one in (self.front, self.back)
        )
        return Look(front, back, self.weights)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Cell:
    """One place; a wide character has an empty one behind it."""

    text: str
    look: Look

    def same(self, other: "Cell") -> bool:
        """Whether a person would see the same."""
        if self == other:
            return True
        mine, theirs = self.halves(), other.halves()
        if mine is None or theirs is None or (self.text == other.text == " "):
            return False
        return all(
            abs(a - b) <= 2 * _PIXEL_STEP
            for one, two in zip(mine, theirs, strict=True)
            for a, b in zip(one, two, strict=True)
        )

    def halves(self) -> tuple[Rgb, Rgb] | None:
        """Colours of the upper and lower half; None for what is no pixel."""
        front, back = self.look.front, self.look.back
        return {" ": (back, back), "▀": (front, back), "▄": (back, front), "█": (front, front)}.get(self.text)


@dataclass(frozen=True, slots=True)
class Screen:
    """Rows of cells."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """In cells."""
        return max(map(len, self.rows), default=0)

    def text(self) -> str:
        """Characters alone."""
        return "\n".join("".join(cell.text for cell in row) for row in self.rows)

    def differences(self, other: "Screen") -> list[str]:
        """Where they differ, row by row; empty when a person would see the same."""
        if (len(self.rows), self.width) != (len(other.rows), other.width):
            return [f"{self.width}x{len(self.rows)} and {other.width}x{len(other.rows)} cells"]
        found = []
        for number, (mine, theirs) in enumerate(zip(self.rows, other.rows, strict=True)):
            places = [
                place
                for place, pair in enumerate(zip(mine, theirs, strict=False))
                if not pair[0].same(pair[1])
            ]
            if len(mine) != len(theirs) or places:
                old, new = ("".join(cell.text for cell in row) for row in (mine, theirs))
                where = f"row {number}, columns {places[0]} to {places[-1]}" if places else f"row {number}"
                looks = (
                    f" {mine[places[0]].look} now {theirs[places[0]].look}" if old == new and places else ""
                )
                found.append(f"{where}{looks}\n  was {old!r}\n  now {new!r}")
        return found


def taken(app: App[int]) -> Screen:
    """The screen of an app as it would be sent to a terminal."""
    strips = app.screen._compositor.render_strips()
    rows = []
    for strip in strips:
        row: list[Cell] = []
        for segment in strip:
            look = _look_of(segment.style or Style())
            for character in segment.text:
                wide = cell_len(character)
                cell = Cell(character, look.coarse() if character in _PIXELS else look)
                if wide == 0 and row:
                    row[-1] = Cell(row[-1].text + character, row[-1].look)
                    continue
                row.extend([cell, *[Cell("", look)] * (wide - 1)])
        rows.append(tuple(row))
    return Screen(tuple(rows))


def _look_of(style: Style) -> Look:
    theme = DIMMED_MONOKAI
    front = style.color.get_truecolor(theme) if style.color else theme.foreground_color
    back = style.bgcolor.get_truecolor(theme, foreground=False) if style.bgcolor else theme.background_color
    weights = "".join(letter for letter, name in _WEIGHTS if getattr(style, name))
    return Look(tuple(front), tuple(back), weights)  # type: ignore[arg-type]


def written(screen: Screen) -> str:
    """Text form: the characters, the looks that occur, and which look each cell has."""
    numbers: dict[Look, int] = {}
    lines = []
    for row in screen.rows:
        parts = []
        for look, count in _runs(row):
            number = numbers.setdefault(look, len(numbers))
            parts.append(_base36(number) + (f"*{count}" if count > 1 else ""))
        lines.append(" ".join(parts))
    looks = [f"{_hex(look.front)} {_hex(look.back)} {look.weights}".rstrip() for look in numbers]
    texts = ["|" + "".join(cell.text for cell in row) + "|" for row in screen.rows]
    return "\n".join([_HEAD, str(len(texts)), *texts, str(len(looks)), *looks, *lines]) + "\n"


def read(text: str) -> Screen:
    """The screen of a text form."""
    lines = iter(text.split("\n"))
    if next(lines) != _HEAD:
        raise ValueError("this is no stored screen")
    texts = [next(lines)[1:-1] for _ in range(int(next(lines)))]
    looks = [_look_read(next(lines)) for _ in range(int(next(lines)))]
    rows = []
    for said in texts:
        row: list[Cell] = []
        characters = iter(_clusters(said))
        behind = 0
        for part in next(lines).split():
            number, _, count = part.partition("*")
            look = looks[int(number, 36)]
            for _ in range(int(count or 1)):
                if behind:
                    behind -= 1
                    row.append(Cell("", look))
                    continue
                character = next(characters)
                behind = max(0, cell_len(character) - 1)
                row.append(Cell(character, look))
        rows.append(tuple(row))
    return Screen(tuple(rows))


def _clusters(text: str) -> Iterator[str]:
    held = ""
    for character in text:
        if held and cell_len(character) > 0:
            yield held
            held = ""
        held += character
    if held:
        yield held


def _runs(row: tuple[Cell, ...]) -> list[tuple[Look, int]]:
    runs: list[tuple[Look, int]] = []
    for cell in row:
        if runs and runs[-1][0] == cell.look:
            runs[-1] = (cell.look, runs[-1][1] + 1)
        else:
            runs.append((cell.look, 1))
    return runs


def _look_read(line: str) -> Look:
    front, back, *weights = line.split()
    return Look(_rgb(front), _rgb(back), "".join(weights))


def _hex(colour: Rgb) -> str:
    digits = "".join(f"{part:02x}" for part in colour)
    return digits[::2] if digits[::2] == digits[1::2] else digits


def _rgb(digits: str) -> Rgb:
    whole = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return int(whole[:2], 16), int(whole[2:4], 16), int(whole[4:], 16)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
