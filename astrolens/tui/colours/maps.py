"""Colour maps of our own: a few anchors each, straight lines between them."""

from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from astrolens.tui.stretch.curves import Shares

_LEVELS = 256


class ColourMap(StrEnum):
    """What a shade is drawn in."""

    OWN = "own colours"  # of a picture with three bands
    GREY = "grey"
    SUMMIT = "summit"  # even steps for the eye, also for the colour-blind
    HEAT = "heat"
    COOL = "cool"


_ANCHORS: dict[ColourMap, tuple[int, ...]] = {
    ColourMap.GREY: (0x000000, 0xFFFFFF),
    ColourMap.SUMMIT: (
        0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
    ),
    ColourMap.HEAT: (0x000000, 0x560C00, 0xA62A00, 0xE65F00, 0xFF9B1A, 0xFFD468, 0xFFFFFF),
    ColourMap.COOL: (0x000000, 0x001B4D, 0x00428F, 0x0A72C4, 0x3FA5E3, 0x93D3F2, 0xFFFFFF),
}  # fmt: skip


@cache
def table(colours: ColourMap) -> NDArray[np.uint8]:
    """The colour of each of 256 shades; read-only, (shade, 3)."""
    anchors = np.array([_red_green_blue(anchor) for anchor in _ANCHORS[colours]], dtype=np.float64)
    place = np.linspace(0.0, len(anchors) - 1.0, _LEVELS)
    bands = [np.interp(place, np.arange(len(anchors)), anchors[:, band]) for band in range(3)]
    found = np.rint(np.stack(bands, axis=1)).astype(np.uint8)
    found.flags.writeable = False
    return found


def coloured(share: Shares, colours: ColourMap) -> NDArray[np.uint8]:
    """Levels (row, column, 3) of shares (row, column)."""
    return table(ColourMap.GREY if colours is ColourMap.OWN else colours)[levels(share)]


def levels(share: Shares) -> NDArray[np.uint8]:
    """Shares in [0, 1] as levels from 0 to 255, to the nearest."""
    return (share * np.float32(_LEVELS - 1) + np.float32(0.5)).astype(np.uint8)


def _red_green_blue(code: int) -> tuple[int, int, int]:
    return code >> 16, code >> 8 & 255, code & 255
