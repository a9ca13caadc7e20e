"""How a person looks at pictures: it stays the same from one picture to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits
from astrolens.tui.stretch.tone import MIDDLE_BIAS, PLAIN_CONTRAST

ZOOMS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
_BIAS_STEP = 0.05
_CONTRAST_STEP = 1.25
LEAST_CONTRAST, MOST_CONTRAST = 0.1, 10.0
_PAN_STEP = 0.2  # of what is seen

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """From pixels to colours."""

    stretch: Stretch
    limits: Limits
    colours: ColourMap = ColourMap.OWN
    inverted: bool = False
    bias: float = MIDDLE_BIAS
    contrast: float = PLAIN_CONTRAST

    def brighter(self, steps: int) -> "Look":
        """Move the middle shade."""
        return replace(self, bias=min(1.0, max(0.0, round(self.bias - steps * _BIAS_STEP, 3))))

    def harder(self, steps: int) -> "Look":
        """Pull shades apart, or together."""
        contrast = round(self.contrast * _CONTRAST_STEP**steps, 3)
        contrast = PLAIN_CONTRAST if abs(contrast - PLAIN_CONTRAST) < 0.05 else contrast
        return replace(self, contrast=min(MOST_CONTRAST, max(LEAST_CONTRAST, contrast)))


LINEAR_LOOK = Look(stretch=Stretch.ASINH, limits=Limits.P99_5)
RASTER_LOOK = Look(stretch=Stretch.LINEAR, limits=Limits.FULL)  # its survey has stretched it already


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Look, part and side up of pictures. Pictures in flux and pictures in levels have a look each."""

    linear: Look = LINEAR_LOOK
    raster: Look = RASTER_LOOK
    band: int | None = None  # None: all of them
    zoom: float = 1.0  # 1: all of the picture
    at: tuple[float, float] = (0.5, 0.5)  # middle of what is seen, in shares of the picture as it is turned
    north_up: bool = True
    warm: bool = False  # with its heat map

    def look(self, *, linear: bool) -> Look:
        """The look for a kind of picture."""
        return self.linear if linear else self.raster

    def looking(self, look: Look, *, linear: bool) -> "View":
        """Another look for a kind of picture."""
        return replace(self, linear=look) if linear else replace(self, raster=look)

    def zoomed(self, steps: int) -> "View":
        """Nearer or farther; from far enough the whole picture is seen."""
        place = min(range(len(ZOOMS)), key=lambda index: abs(ZOOMS[index] - self.zoom))
        zoom = ZOOMS[min(len(ZOOMS) - 1, max(0, place + steps))]
        return replace(self, zoom=zoom, at=(0.5, 0.5) if zoom == 1.0 else self.at)

    def moved(self, right: int, down: int, span: tuple[float, float]) -> "View":
        """Another part; ``span`` is the share of the picture that is seen."""
        x, y = (
            min(1.0 - wide / 2, max(wide / 2, middle + step * _PAN_STEP * wide))
            for middle, step, wide in zip(self.at, (right, down), span, strict=True)
        )
        return replace(self, at=(round(x, 6), round(y, 6)))

    def centred(self) -> "View":
        """The middle of the picture, as near as before."""
        return self if self.at == (0.5, 0.5) else replace(self, at=(0.5, 0.5))

    def afresh(self) -> "View":
        """As at first, but for the heat map."""
        return View(warm=self.warm)


def next_one(choices: Sequence[Choice], now: Choice, step: int) -> Choice:
    """The choice after or before; the first when ``now`` is none of them."""
    return choices[(choices.index(now) + step) % len(choices)] if now in choices else choices[0]


def limits_for(*, linear: bool) -> list[Limits]:
    """Limits that make sense for a kind of picture."""
    return [one for one in Limits if not (linear and one is Limits.FULL)]


def colours_for(planes: int) -> list[ColourMap]:
    """Colour maps that make sense for a number of planes."""
    return [one for one in ColourMap if planes == 3 or one is not ColourMap.OWN]
