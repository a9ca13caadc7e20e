"""Colours that colour-blind eyes tell apart."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue
from astrolens.tui.palette import Palette, dark_palette, light_palette, own_themes, palette_for

# Machado, Oliveira and Fernandes (2009), severity 1.0
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, vision: str) -> NDArray[np.float64]:
    srgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(VISIONS[vision] @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [dark_palette(), light_palette()], ids=["dark", "light"])
@pytest.mark.parametrize("vision", VISIONS)
def test_label_colours_are_apart(palette: Palette, vision: str) -> None:
    colours = [palette.of_label(value) for value in LabelValue]
    nearest = min(float(np.linalg.norm(lab(a, vision) - lab(b, vision))) for a, b in combinations(colours, 2))
    assert nearest > 20, f"{nearest:.1f} CIE76"


def test_unknown_words_are_quiet() -> None:
    palette = palette_for(dark=True)
    assert palette.of_label("whatever") == palette.quiet
    assert palette.of_decision(Decision.NORMAL) == palette.quiet


def test_two_themes_ship() -> None:
    assert [theme.dark for theme in own_themes()] == [True, False]
